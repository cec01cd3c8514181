// All words that scripts show. The server gives this file in Traditional
// characters to pages in that script; no other script holds Chinese words.
// {n}, {title} … are filled in.

export const words = {
  // While an answer is made.
  stages: { search: "正在查找公开文件……", read: "正在核对原文……", write: "正在整理回答……" },
  found: "找到{n}处原文，正在整理回答……",
  foundRecognised: "找到{n}处文字，正在整理回答……",
  searching: "正在查找，请稍候。",
  stopped: "已停止回答。",

  // An answer.
  answer: "回答",
  pictureNote: "由图像识别，请以原件为准",
  sources: "原文出处（{n}）",
  sourcesRecognised: "出处（{n}）",
  quotation: "引用原文",
  quotationRecognised: "引用文字",
  showQuote: "看引用的原文",
  showQuoteRecognised: "看识别的文字",
  back: "返回回答",
  sourceName: "来源{n}《{title}》{clause}",
  openText: "在原文中查看",
  openTextRecognised: "在全文中查看",
  openPage: "来源网页",
  openPicture: "查看原件第{n}页",
  newPage: "，在新页面打开",
  original: "看简体原文",
  converted: "看繁体",
  untitled: "未命名文件",
  older: "较早的资料",
  more: "说得更细一些",
  less: "收起来",
  nextStep: "接着看（还有{n}步）",
  call: "拨打 {phone}",
  hours: "办公时间：{hours}",
  open: "现在在办公时间内",
  suggestions: "您还可以问",

  // What can be done with an answer.
  tools: "这个回答还可以",
  moreTools: "复制、打印、手机上看",
  copy: "复制",
  copied: "已复制，包含出处。",
  notCopied: "没能复制，请选中文字后手动复制。",
  copySources: "出处：",
  copyAI: "（本内容由AI生成，来源见上，以原文为准）",
  print: "打印",
  receipt: "回答凭据",
  phone: "手机上接着看",
  phoneHint: "用手机扫一扫，在手机上问同一个问题。",
  phoneName: "在手机上接着问的二维码",
  close: "收起",
  read: "朗读",
  readStop: "停止朗读",
  readFailed: "朗读不了，请稍后再试。",

  // Judging.
  judge: "这个回答",
  judgeName: "评价这个回答",
  useful: "有用",
  useless: "没用",
  why: "哪里没有帮上忙？",
  reasons: ["答非所问", "内容过期", "看不懂", "链接打不开"],
  thanks: "感谢您的反馈。",
  notJudged: "评价没有送出去，请稍后再试。",
  rate: "评价服务",
  rateTitle: "您对这次服务满意吗？",
  rates: ["非常满意", "满意", "基本满意", "不满意", "非常不满意"],
  rateWhy: "哪里做得不好？（可以不选）",
  rateText: "还有什么想说的（可以不填，请勿填写个人信息）",
  rateSend: "提交评价",
  rateNone: "请先选一个评价。",

  // The form.
  empty: "请输入您想咨询的问题。",
  tooLong: "问题太长了，请控制在{n}个字以内。",
  busy: "上一个问题还在回答，请稍候，或先停止它再提问。",
  count: "{n}/{most}字",
  retry: "重新提问",
  voice: "按一下，说话",
  voiceStop: "说完了",
  voiceWait: "正在听写……",
  voiceCheck: "请看看写得对不对，可以改，再按“提问”。",
  voiceDenied: "没有使用话筒的许可，请在浏览器里允许，或者用键盘输入。",
  voiceFailed: "没有听清，请再说一遍，或者用键盘输入。",

  // The connection.
  reconnecting: "连接中断，正在重新连接……",
  interrupted: "回答被中断了，请重新提问。",
  replaced: "这个会话已在另一个窗口打开。要在这里继续，请刷新页面。",
  offline: "网络连接不上，请检查网络后重试。",
  failed: "抱歉，回答时出了问题，请稍后再试。",

  // Conversations on this device.
  earlier: "看前面问过的（{n}）",
  earlierLess: "收起前面问过的",
  other: "问别的事",
  fresh: "新对话",
  history: "历史记录",
  historyTitle: "在这台设备上问过的",
  historyNote: "这份记录只保存在这台设备上，别人用同一台设备也能看到。用完可以删除，系统里保存的文字会一起删除。",
  historyEmpty: "还没有记录。",
  historyOpen: "{date} {text}",
  historyDelete: "删除",
  historyDeleteName: "删除：{text}",
  historyDeleteAll: "全部删除",
  historyDeleted: "已删除，系统里保存的文字也一起删除了。",
  historyDeletedHere: "这台设备上的已删除；系统里保存的文字没有删掉，会按期自动删除。",
};

// fill puts values into the words of a sentence.
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
