/** The words of a message, of what hangs on it and of where it is written. */

import { inLanguage, type Language } from '../words/language.ts'
import { lazily } from '../words/lazily.ts'

const plural = lazily(() => new Intl.PluralRules('en'))

function count(n: number, one: string, other: string): string {
  return `${n} ${plural().select(n) === 'one' ? one : other}`
}

const en = {
  newTab: 'opens in a new tab',
  cut: 'This message is too long to show in full.',
  nameless: 'Someone',

  code: { label: 'Code', copy: 'Copy code', copied: 'Copied', selected: 'Selected' },

  emoji: {
    title: 'Emoji',
    search: 'Search emoji',
    loading: 'Loading emoji',
    failed: 'The emoji could not be loaded. Try again when you are connected.',
    retry: 'Try again',
    none: (search: string) => `No emoji for “${search}”. Try another word.`,
    pick: 'Choose an emoji',
    skinTone: 'Change skin tone',
    skinTones: {
      light: 'light',
      'medium-light': 'medium-light',
      medium: 'medium',
      'medium-dark': 'medium-dark',
      dark: 'dark',
    },
    /** By the numbers the emoji data gives them. */
    categories: {
      0: 'Smileys',
      1: 'People',
      3: 'Animals and nature',
      4: 'Food and drink',
      5: 'Travel and places',
      6: 'Activities',
      7: 'Objects',
      8: 'Symbols',
      9: 'Flags',
    } as Readonly<Record<number, string>>,
  },

  composer: {
    send: 'Send',
    save: 'Save',
    hint: 'Enter sends, Shift and Enter make a new line.',
    editHint: 'Enter saves, Escape cancels, Shift and Enter make a new line.',
    tooLong: (over: number) =>
      `${count(over, 'character', 'characters')} too long. Shorten it, or send it in two parts.`,
    leftOut: (most: number, left: number) =>
      `A message takes ${most} files; ${count(left, 'file was', 'files were')} left out. Send these, then add ${left === 1 ? 'it' : 'them'} to another message.`,
    addEmoji: 'Add an emoji',
    attach: 'Attach files',
    drop: 'Drop to attach',
    people: 'People to mention',
    replyingTo: (name: string) => `Replying to ${name}`,
    cancelReply: 'Cancel reply',
    editing: 'Editing your message',
    cancelEdit: 'Cancel editing',
  },

  pending: {
    label: 'Files to send',
    waiting: 'Waiting for its turn',
    sending: (percent: string) => `${percent} sent`,
    done: 'Ready',
    refused: 'Not sent',
    remove: (name: string) => `Remove ${name}`,
    retry: 'Try again',
    retryFor: (name: string) => `Try again to send ${name}`,
  },

  attachments: {
    open: (name: string) => `Open ${name}`,
    download: (name: string) => `Download ${name}`,
    loading: (name: string) => `Loading ${name}`,
    save: 'Download',
    missing: 'Not here while offline',
    retry: 'Try again',
    retryFor: (name: string) => `Try again to load ${name}`,
  },

  reactions: {
    add: 'Add a reaction',
    more: 'More emoji',
    with: (emoji: string) => `React with ${emoji}`,
    you: 'You',
    others: (n: number) => count(n, 'other', 'others'),
    reacted: (names: string, emoji: string) => `${names} reacted with ${emoji}`,
  },
}

export type PieceWords = typeof en

const zh: PieceWords = {
  newTab: '在新标签页中打开',
  cut: '这条消息太长，无法完整显示。',
  nameless: '某人',

  code: { label: '代码', copy: '复制代码', copied: '已复制', selected: '已选中' },

  emoji: {
    title: '表情',
    search: '搜索表情',
    loading: '正在加载表情',
    failed: '表情没能加载，请联网后再试。',
    retry: '重试',
    none: search => `没有找到“${search}”，换个词试试。`,
    pick: '选一个表情',
    skinTone: '更改肤色',
    skinTones: {
      light: '浅色',
      'medium-light': '中浅色',
      medium: '中等',
      'medium-dark': '中深色',
      dark: '深色',
    },
    categories: {
      0: '笑脸',
      1: '人物',
      3: '动物与自然',
      4: '食物与饮料',
      5: '旅行与地点',
      6: '活动',
      7: '物品',
      8: '符号',
      9: '旗帜',
    },
  },

  composer: {
    send: '发送',
    save: '保存',
    hint: '按 Enter 发送，按 Shift + Enter 换行。',
    editHint: '按 Enter 保存，按 Esc 取消，按 Shift + Enter 换行。',
    tooLong: over => `超出 ${over} 个字符，请缩短，或分成两条发送。`,
    leftOut: (most, left) => `一条消息最多带 ${most} 个文件，有 ${left} 个没有加入。请先发送，再把它们加到下一条消息。`,
    addEmoji: '添加表情',
    attach: '添加文件',
    drop: '松开即可添加',
    people: '可以提到的人',
    replyingTo: name => `回复 ${name}`,
    cancelReply: '取消回复',
    editing: '正在编辑自己的消息',
    cancelEdit: '取消编辑',
  },

  pending: {
    label: '待发送的文件',
    waiting: '正在排队',
    sending: percent => `已发送 ${percent}`,
    done: '已就绪',
    refused: '未能发送',
    remove: name => `移除 ${name}`,
    retry: '重试',
    retryFor: name => `重新发送 ${name}`,
  },

  attachments: {
    open: name => `打开 ${name}`,
    download: name => `下载 ${name}`,
    loading: name => `正在加载 ${name}`,
    save: '下载',
    missing: '离线时无法查看',
    retry: '重试',
    retryFor: name => `重新加载 ${name}`,
  },

  reactions: {
    add: '添加回应',
    more: '更多表情',
    with: emoji => `用 ${emoji} 回应`,
    you: '你',
    others: n => `另外 ${n} 人`,
    reacted: (names, emoji) => `${names}用 ${emoji} 回应了`,
  },
}

export const piecesIn: Readonly<Record<Language, PieceWords>> = { en, zh }

/** Those of this page's language. */
export const words: PieceWords = inLanguage(piecesIn)
