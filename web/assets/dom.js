// Building elements. Text becomes text nodes and never markup, and links lead
// only where a link may lead.

// el makes an element; attributes that are null or undefined are left out, as
// are such children.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...there(children));
  return element;
}

// fillWith puts children in place of all that an element holds.
export function fillWith(element, ...children) {
  while (element.firstChild) element.removeChild(element.firstChild);
  element.append(...there(children));
}

function there(children) {
  return children.filter((child) => child !== null && child !== undefined);
}

// button makes a button that does what onClick says.
export function button(text, className, onClick) {
  const element = el("button", { type: "button", class: className }, text);
  element.addEventListener("click", onClick);
  return element;
}

// link makes a link, or plain text where the address is not one that we follow.
export function link(address, attributes, ...children) {
  const href = safeAddress(address);
  return href ? el("a", Object.assign({}, attributes, { href }), ...children) : el("span", {}, ...children);
}

// A link into a new page leaves the conversation open behind it.
export const newPage = { target: "_blank", rel: "noopener noreferrer" };

export function safeAddress(address) {
  let url;
  try {
    url = new URL(address, document.baseURI);
  } catch {
    return null;
  }
  return ["http:", "https:", "tel:"].includes(url.protocol) ? url.href : null;
}
