/** Every word the page shows, in Simplified Chinese. */

import type { Words } from './en.ts'

export const zh: Words = {
  language: 'zh-CN',
  product: 'y-harbor',
  promise: '断网也能继续用的聊天。',

  ui: { close: '关闭', cancel: '取消', more: '更多' },

  start: {
    title: '打开聊天室',
    join: room => `加入“${room}”`,
    name: '你的名字',
    nameHint: '聊天室里的人都会看到。',
    room: '聊天室',
    roomHint: '输入新名字就会新建一个聊天室。知道地址的人都能看到里面的内容。',
    open: '打开聊天室',
    recent: '在这台设备上打开过的聊天室',
    elsewhere: '选择别的聊天室',
    nameMissing: '请填写名字，让别人知道是谁在说话。',
  },

  roomFault: {
    empty: '请填写聊天室的名字。',
    long: '名字太长了，最多 248 字节，大约 80 个汉字。',
    characters: '名字里有无法显示的字符，请使用文字、数字和标点。',
    dots: '聊天室不能叫“.”或“..”，请换一个名字。',
  },

  rooms: { title: '聊天室', open: '打开聊天室', add: '打开' },
  me: { you: '你', change: '更改', changeName: '更改名字', save: '保存' },

  people: {
    title: '在线的人',
    toggle: n => `${n} 人在线`,
    toggleUnknown: '成员',
    unknown: '未连接时，无法知道还有谁在线。',
    typing: '正在输入',
  },

  log: {
    label: room => `${room} 的消息`,
    earlier: n => `显示更早的 ${n} 条消息`,
    loading: '正在打开聊天室',
    empty: '还没有消息',
    emptyNext: '在下面写第一条吧，打开这个地址的人都会看到。',
    latest: '跳到最新',
    fresh: n => `${n} 条新消息`,
    nameless: '某人',
    continued: (name, time) => `${name}，${time}：`,
    today: '今天',
    yesterday: '昨天',
    newTab: '在新标签页中打开',
    cut: '这条消息太长，无法完整显示。',
  },

  fate: {
    waiting: '等待发送',
    sent: '正在发送',
    saved: '已存到服务器',
    refused: '被服务器拒绝',
  },

  typing(names) {
    const [first, second] = names
    if (first === undefined) return ''
    if (second === undefined) return `${first} 正在输入`
    if (names.length === 2) return `${first} 和 ${second} 正在输入`
    return '有几个人正在输入'
  },

  composer: {
    label: '消息',
    placeholder: room => `发到 ${room}`,
    send: '发送',
    tooLong: over => `超出 ${over} 个字符，请缩短，或分成两条发送。`,
    hint: '按 Enter 发送，按 Shift+Enter 换行。',
  },

  banner: {
    connecting: '正在连接。',
    reconnecting: '连接断开，正在重试。',
    offline: '当前没有网络。',
    slow: '服务器还没有确认全部内容。',
    closed: reason =>
      reason === '' ? '服务器关闭了这个聊天室。' : `服务器关闭了这个聊天室：${reason.replace(/[.\s]+$/, '')}。`,
    replaced: '自上次在这里打开后，服务器上的这个聊天室已被替换。',
    retry: '再试一次',
    merge: '把我的内容带进去',
    discard: '丢弃我的内容',
    waiting: n => `${n} 条消息等待发送。`,
    kept: '你写的内容都保存在这里，之后会自动发送。',
    keptOnly: '你写的内容保存在这台设备上，直到可以发送。',
    keptOld: n =>
      n === 0
        ? '旧聊天室的内容保存在这里，在你选择之前不会发送任何内容。'
        : `旧聊天室的 ${n} 条消息保存在这里，在你选择之前不会发送任何内容。`,
    notKept: '这个浏览器无法保存消息：请不要关闭本页，直到全部发送。',
    notKeptOld: '这个浏览器无法保存旧内容：请在关闭本页之前做出选择。',
  },

  refused: {
    label: '被服务器拒绝',
    messages: n => `服务器拒绝了你的 ${n} 条消息。`,
    other: '服务器拒绝了在这台设备上做的一处更改。',
    kept: '别人还没有看到，内容保存在这里，由你决定如何处理。',
    notKept: '别人还没有看到，而且这个浏览器无法保存：请在关闭本页之前决定。',
    texts: '被拒绝的内容',
    retry: '再试一次',
    copy: '复制',
    copied: '已复制',
    selected: '已选中',
    discard: '丢弃',
  },
}
