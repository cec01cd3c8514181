// Asking by plain HTTP, for networks that let no WebSocket through.

// askByHTTP asks the last of the questions, the others being the earlier turns
// of the conversation, and gives an answer as a final frame has it. What it
// throws has a message for the visitor.
export async function askByHTTP(questions, hello, signal) {
  let response;
  try {
    response = await fetch("/api/v1/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ turns: questions, profile: hello.profile, script: hello.script }),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("网络连接不上，请检查网络后重试。");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.message ?? "抱歉，回答时出了问题，请稍后再试。");
  return { ...body, text: body.answer };
}
