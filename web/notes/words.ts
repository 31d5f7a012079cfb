import { inLanguage } from '../words/language.ts'

const en = {
  label: 'Note',
  tools: 'Formatting',
  empty: 'Start writing',
  notHere: 'Nothing of this note is on this device yet',
  opening: 'Opening the note',

  readOnly: {
    access: 'You may read this note, but not change it.',
    unfinished: 'A large change is arriving. You can write again in a moment.',
    foreign:
      'This note holds something that this page cannot show yet. So that nothing is lost, it can only be read. Reload the page for the newest version.',
  },

  block: {
    label: 'Kind of paragraph',
    text: 'Text',
    heading1: 'Heading 1',
    heading2: 'Heading 2',
    heading3: 'Heading 3',
    codeBlock: 'Code block',
  },
  bold: 'Bold',
  italic: 'Italic',
  strike: 'Strikethrough',
  code: 'Code',
  bullets: 'Bulleted list',
  numbers: 'Numbered list',
  tasks: 'Task list',
  quote: 'Quote',
  rule: 'Horizontal line',
  undo: 'Undo',
  redo: 'Redo',

  task: (text: string) => (text === '' ? 'Empty task' : `Done: ${text}`),

  link: {
    button: 'Link',
    dialog: 'Link',
    address: 'Address',
    text: 'Text',
    wrong: 'This address cannot be used. Enter a web address such as https://example.org, or a mail address.',
    save: 'Save',
    remove: 'Remove link',
    open: 'Open',
    newTab: 'opens in a new tab',
    title: (href: string) => `${href}\nCtrl and click opens it`,
  },

  table: {
    button: 'Table',
    insert: 'Insert table',
    rowAbove: 'Add row above',
    rowBelow: 'Add row below',
    columnBefore: 'Add column before',
    columnAfter: 'Add column after',
    header: 'Header row',
    deleteRow: 'Delete row',
    deleteColumn: 'Delete column',
    deleteTable: 'Delete table',
  },

  picture: {
    button: 'Picture',
    noDescription: 'Picture without a description',
    describe: 'Describe',
    describeTitle: 'Describe the picture',
    describeHint: 'For those who cannot see it: what does it show?',
    description: 'Description',
    save: 'Save',
    adding: (name: string) => `Adding ${name}`,
    failed: (name: string) => `${name} was not added.`,
    notPicture: (name: string) => `${name} is not a picture that can be shown. Use PNG, JPEG, GIF, WebP or AVIF.`,
    notNow: 'The note cannot be changed at the moment.',
    retry: 'Try again',
    dismiss: 'Dismiss',
    nameless: 'the picture',
    loading: 'Loading the picture',
    offline: 'This picture is not on this device. It is shown when you are online again.',
    missing: 'The picture could not be loaded.',
    unknown: 'This picture cannot be shown.',
  },

  someone: 'Someone',
}

type Words = typeof en

const zh: Words = {
  label: '笔记',
  tools: '格式',
  empty: '开始书写',
  notHere: '这台设备上还没有这篇笔记的内容',
  opening: '正在打开笔记',

  readOnly: {
    access: '你可以阅读这篇笔记，但不能修改。',
    unfinished: '正在接收一处较大的改动，稍后即可继续书写。',
    foreign: '这篇笔记含有当前页面还无法显示的内容。为避免丢失，在这里只能阅读。重新加载页面即可获得最新版本。',
  },

  block: {
    label: '段落类型',
    text: '正文',
    heading1: '一级标题',
    heading2: '二级标题',
    heading3: '三级标题',
    codeBlock: '代码块',
  },
  bold: '粗体',
  italic: '斜体',
  strike: '删除线',
  code: '行内代码',
  bullets: '无序列表',
  numbers: '有序列表',
  tasks: '任务列表',
  quote: '引用',
  rule: '分隔线',
  undo: '撤销',
  redo: '重做',

  task: (text: string) => (text === '' ? '空任务' : `完成：${text}`),

  link: {
    button: '链接',
    dialog: '链接',
    address: '地址',
    text: '文字',
    wrong: '这个地址无法使用。请输入网址（例如 https://example.org）或邮箱地址。',
    save: '保存',
    remove: '移除链接',
    open: '打开',
    newTab: '在新标签页中打开',
    title: (href: string) => `${href}\n按住 Ctrl 并点击即可打开`,
  },

  table: {
    button: '表格',
    insert: '插入表格',
    rowAbove: '在上方插入行',
    rowBelow: '在下方插入行',
    columnBefore: '在前面插入列',
    columnAfter: '在后面插入列',
    header: '标题行',
    deleteRow: '删除行',
    deleteColumn: '删除列',
    deleteTable: '删除表格',
  },

  picture: {
    button: '图片',
    noDescription: '没有说明的图片',
    describe: '添加说明',
    describeTitle: '图片说明',
    describeHint: '写给看不见图片的人：图中是什么？',
    description: '说明',
    save: '保存',
    adding: (name: string) => `正在添加 ${name}`,
    failed: (name: string) => `未能添加 ${name}。`,
    notPicture: (name: string) => `${name} 不是可以显示的图片。请使用 PNG、JPEG、GIF、WebP 或 AVIF 格式。`,
    notNow: '这篇笔记目前无法修改。',
    retry: '重试',
    dismiss: '关闭',
    nameless: '图片',
    loading: '正在加载图片',
    offline: '这张图片不在这台设备上，恢复联网后即会显示。',
    missing: '无法加载这张图片。',
    unknown: '这张图片无法显示。',
  },

  someone: '某人',
}

export const words: Words = inLanguage({ en, zh })
