/** Every word the page shows, in Simplified Chinese. */

import type { Words } from './en.ts'

function closed(what: string, reason: string): string {
  return reason === '' ? `${what}。` : `${what}：${reason.replace(/[.\s]+$/, '')}。`
}

export const zh: Words = {
  language: 'zh-CN',
  product: 'y-harbor',
  promise: '断网也能继续用的聊天。',

  ui: { close: '关闭', cancel: '取消', more: '更多' },

  notices: {
    full: '这台设备没有空间保存消息了。已发送的内容在服务器上是安全的，但断网时在这里无法阅读。请腾出空间，然后重新加载此页面。',
    outdated: '这个页面有了新版本。',
    update: '重新加载',
  },

  sidebar: {
    channels: '频道',
    directs: '私信',
    documents: '笔记和看板',
    addChannel: '新建频道',
    addDirect: '给某人发消息',
    addDocument: '新建笔记或看板',
    addNote: '新建笔记',
    addBoard: '新建看板',
    archived: n => `已归档（${n}）`,
    find: '转到…',
    resize: '频道列表的宽度',
    unread: (n, mentions, isMore) =>
      `${isMore ? '超过 ' : ''}${n} 条新消息${mentions > 0 ? `，其中 ${mentions} 条提到你` : ''}`,
  },

  channel: {
    create: '新建频道',
    createHint: '能打开这个工作区的人都能看到它。',
    createNow: '创建',
    change: '名称和主题',
    name: '名称',
    nameMissing: '请填写频道名称。',
    armed: '频道加载后自动发送。',
    topic: '主题',
    topicHint: '用几个字说明这里聊什么，可以不填。',
    more: '频道的更多操作',
    mute: '静音',
    unmute: '取消静音',
    copyLink: '复制链接',
    archive: '归档',
    restore: '恢复',
    archivedNote: '这个频道已归档，可以阅读，也可以从菜单中恢复。',
  },

  direct: {
    title: '给某人发消息',
    hint: '来过这里的人都在列表中。',
    filter: '查找',
    nobody: '还没有别人来过。把这个页面的地址发给他们吧。',
    noMatch: '没有叫这个名字的人来过。',
  },

  document: {
    createNote: '新建笔记',
    createBoard: '新建看板',
    rename: '重命名',
    title: '标题',
    titleMissing: '请填写标题。',
    untitled: '无标题',
    more: '文档的更多操作',
    loading: '正在打开文档',
    here: names => `同时在这里的还有：${names.join('、')}`,
    state: { saved: '已保存', saving: '正在保存…', kept: '已保存在这台设备上', notKept: '仅在此页面中' },
  },

  message: {
    tools: '对这条消息的操作',
    reply: '回复',
    inReplyTo: '回复',
    edit: '编辑',
    edited: '已编辑',
    history: '这条消息的历史',
    now: '当前内容',
    original: '最初发送的内容',
    copy: '复制文字',
    remove: '删除',
    removeTitle: '删除这条消息？',
    removeHint: '它的内容和文件会对所有人消失，但仍能看到这里曾有一条消息；回复中引用的文字会保留。',
    deleted: '这条消息已被删除。',
  },

  files: {
    armed: '文件全部传到服务器后自动发送。',
    problem: {
      offline: '正在等待网络。',
      unreadable: '无法再读取这个文件，请重新选择。',
      'no-token': '你不能在这里发送文件。',
      denied: '你不能在这里这样做。',
      'not-yours': '这个文件已由别人开始上传，请重新选择。',
      'no-file': '服务器上没有这个文件。',
      'too-large': '这个文件超过了服务器允许的大小。',
      full: '服务器没有空间存放文件了，请告知管理员。',
      'too-many-uploads': '正在等待其他文件上传完成。',
      unavailable: '服务器暂时无法接收文件，会自动重试。',
      other: '没有成功，请再试一次。',
    },
  },

  details: { resize: '详情栏的宽度' },

  search: {
    open: '在这个频道中搜索',
    title: '搜索',
    field: '搜索消息',
    hint: '消息必须包含所有的词。',
    searching: '正在搜索…',
    nothing: '没有消息包含这些词。',
    found: (n, isAll) => (isAll ? `${n} 条消息` : `目前找到 ${n} 条消息`),
    more: '搜索更早的消息',
    offline: '现在无法询问服务器，以下是在这台设备上找到的内容。',
    failed: '服务器暂时无法搜索，请稍后再试。',
  },

  switcher: {
    title: '转到频道、联系人或文档',
    placeholder: '频道、联系人或文档',
    results: '可以去的地方',
    nothing: '没有叫这个名字的。',
    archived: '已归档',
  },

  home: {
    title: '去哪里？',
    missing: '这个地址什么也没有',
    first: '还没有频道。频道是围绕一件事的对话，后来的人也都能看到。',
    choose: '从列表中选择一个频道，或者新建一个。',
  },

  settings: {
    title: '设置',
    language: '语言',
    theme: '外观',
    themes: { system: '跟随设备', light: '浅色', dark: '深色' },
    notifications: '在这台设备上通知我',
    notificationHint: {
      on: '当有人提到你或给你发私信，而你没有在看的时候。',
      off: '当有人提到你或给你发私信，而你没有在看的时候。',
      blocked: '浏览器屏蔽了本页的通知，请在浏览器中为本页允许通知。',
      impossible: '这个浏览器在这里无法显示通知。',
    },
  },

  notification: {
    inChannel: (name, channel) => `${name}（${channel}）`,
  },

  keys: {
    title: '快捷键',
    everywhere: '任何地方',
    switcher: '转到频道、联系人或文档',
    nextUnread: '下一个有新消息的频道',
    these: '显示这些快捷键',
    back: '返回上一步',
    writing: '写消息时',
    send: '发送',
    newLine: '换行',
    editLast: '编辑自己的上一条消息',
    mention: '提到某人',
    bold: '粗体',
    italic: '斜体',
    reading: '选中消息时',
    move: '上一条、下一条消息',
    reply: '回复',
    edit: '编辑自己的消息',
    react: '添加表情',
    remove: '删除自己的消息',
    latest: '跳到最新消息',
  },

  start: {
    enter: '请问你是谁？',
    go: '继续',
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
    here: '在线',
    away: '不在线',
    others: '不在线',
  },

  log: {
    label: room => `${room} 的消息`,
    loading: '正在打开频道',
    empty: '还没有消息',
    emptyNext: '在下面写第一条吧，打开这个地址的人都会看到。',
    emptyDirect: name => `这里只有${name}和你。`,
    latest: '跳到最新',
    fresh: n => `${n} 条新消息`,
    nameless: '某人',
    messageOf: (name, time) => `${name}，${time}`,
    said: (name, text) => `${name}：${text}`,
    unread: '新消息',
    toUnread: '跳到第一条新消息',
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
    retry: '再试一次',
    merge: '把我的内容带进去',
    discard: '丢弃我的内容',
    waiting: n => `${n} 条消息等待发送。`,
    notKeptOld: '这个浏览器无法保存旧内容：请在关闭本页之前做出选择。',
    channel: {
      closed: reason => closed('服务器关闭了这个聊天室', reason),
      replaced: '自上次在这里打开后，服务器上的这个聊天室已被替换。',
      kept: '你写的内容都保存在这里，之后会自动发送。',
      keptOnly: '你写的内容保存在这台设备上，直到可以发送。',
      keptOld: n =>
        n === 0
          ? '旧聊天室的内容保存在这里，在你选择之前不会发送任何内容。'
          : `旧聊天室的 ${n} 条消息保存在这里，在你选择之前不会发送任何内容。`,
      notKept: '这个浏览器无法保存消息：请不要关闭本页，直到全部发送。',
    },
    document: {
      closed: reason => closed('服务器关闭了这个文档', reason),
      replaced: '自上次在这里打开后，服务器上的这个文档已被替换。',
      kept: '你做的修改都保存在这台设备上，之后会自动发送。',
      keptOnly: '你做的修改保存在这台设备上，直到可以发送。',
      keptOld: () => '旧文档的内容保存在这里，在你选择之前不会发送任何内容。',
      notKept: '这个浏览器无法保存你做的修改：请不要关闭本页，直到显示“已保存”。',
    },
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
