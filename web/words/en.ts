/** Every word the page shows in English. Other languages have the same shape. */

import { lazily } from './lazily.ts'

const plural = lazily(() => new Intl.PluralRules('en'))

function count(n: number, one: string, other: string): string {
  return `${n} ${plural().select(n) === 'one' ? one : other}`
}

function closed(what: string, reason: string): string {
  return reason === '' ? `${what}.` : `${what}: ${reason.replace(/[.\s]+$/, '')}.`
}

export const en = {
  language: 'en',
  product: 'y-harbor',
  promise: 'A chat that keeps working when the network does not.',

  ui: { close: 'Close', cancel: 'Cancel', more: 'More' },

  notices: {
    full: 'This device has no room left to keep messages. What is sent is safe on the server, but cannot be read here without a network. Make room on it, then reload this page.',
    outdated: 'A newer version of this page is here.',
    update: 'Reload',
  },

  sidebar: {
    channels: 'Channels',
    directs: 'Direct messages',
    documents: 'Notes and boards',
    addChannel: 'New channel',
    addDirect: 'Write to somebody',
    addDocument: 'New note or board',
    addNote: 'New note',
    addBoard: 'New board',
    archived: (n: number) => `Archived (${n})`,
    find: 'Go to…',
    resize: 'Width of the list of channels',
    unread: (n: number, mentions: number, isMore: boolean) =>
      `${isMore ? 'more than ' : ''}${count(n, 'new message', 'new messages')}${mentions > 0 ? `, ${mentions} of them for you` : ''}`,
  },

  channel: {
    create: 'New channel',
    createHint: 'Everybody who can open this workspace sees it.',
    createNow: 'Create',
    change: 'Name and topic',
    name: 'Name',
    nameMissing: 'Enter a name for the channel.',
    armed: 'Will be sent once the channel has loaded.',
    topic: 'Topic',
    topicHint: 'What belongs here, in a few words. May be left empty.',
    more: 'More about this channel',
    mute: 'Mute',
    unmute: 'Unmute',
    copyLink: 'Copy link',
    archive: 'Archive',
    restore: 'Bring back',
    archivedNote: 'This channel is archived. It can be read, and brought back by its menu.',
  },

  direct: {
    title: 'Write to somebody',
    hint: 'Everybody who was here once.',
    filter: 'Find a person',
    nobody: 'Nobody else has been here yet. Send them the address of this page.',
    noMatch: 'Nobody of that name has been here.',
  },

  document: {
    createNote: 'New note',
    createBoard: 'New board',
    rename: 'Rename',
    title: 'Title',
    titleMissing: 'Enter a title.',
    untitled: 'Untitled',
    more: 'More about this document',
    loading: 'Opening the document',
    here: (names: readonly string[]) => `Also here: ${names.join(', ')}`,
    state: { saved: 'Saved', saving: 'Saving…', kept: 'Kept on this device', notKept: 'Only on this page' },
  },

  message: {
    tools: 'What can be done with this message',
    reply: 'Reply',
    inReplyTo: 'In reply to',
    edit: 'Edit',
    edited: 'edited',
    history: 'What this message said',
    now: 'as it reads now',
    original: 'as it was sent',
    copy: 'Copy text',
    remove: 'Delete',
    removeTitle: 'Delete this message?',
    removeHint:
      'It is gone for everybody, with its files. That it was there can still be seen, and answers keep what they quote of it.',
    deleted: 'This message was deleted.',
  },

  files: {
    armed: 'Will be sent once its files are on the server.',
    problem: {
      offline: 'Waits for the network.',
      unreadable: 'This file cannot be read any more. Choose it again.',
      'no-token': 'You are not allowed to send files here.',
      denied: 'You are not allowed to do this here.',
      'not-yours': 'Somebody else has begun this file. Choose it again.',
      'no-file': 'The server does not have this file.',
      'too-large': 'This file is larger than the server takes.',
      full: 'The server has no room left for files. Tell whoever runs it.',
      'too-many-uploads': 'Waits until other files are sent.',
      unavailable: 'The server cannot take files at the moment. It is tried again.',
      other: 'This did not work. Try again.',
    },
  },

  details: { resize: 'Width of the details' },

  search: {
    open: 'Search in this channel',
    title: 'Search',
    field: 'Search in messages',
    hint: 'All the words have to be in a message.',
    searching: 'Searching…',
    nothing: 'No message has these words.',
    found: (n: number, isAll: boolean) => `${count(n, 'message', 'messages')}${isAll ? '' : ' so far'}`,
    more: 'Search earlier messages',
    offline: 'The server cannot be asked now. This is what was found on this device.',
    failed: 'The server could not search. Try again in a moment.',
  },

  switcher: {
    title: 'Go to a channel, a person or a document',
    placeholder: 'Channel, person or document',
    results: 'Where you can go',
    nothing: 'Nothing is called that.',
    archived: 'archived',
  },

  home: {
    title: 'Where to?',
    missing: 'There is nothing at this address',
    first:
      'There is no channel yet. A channel is a conversation about one thing, and stays for everybody who comes later.',
    choose: 'Choose a channel from the list, or make a new one.',
  },

  settings: {
    title: 'Settings',
    language: 'Language',
    theme: 'Appearance',
    themes: { system: 'As this device has it', light: 'Light', dark: 'Dark' },
    notifications: 'Notify me on this device',
    notificationHint: {
      on: 'When somebody names you or writes to you alone, and you look elsewhere.',
      off: 'When somebody names you or writes to you alone, and you look elsewhere.',
      blocked: 'The browser blocks notifications of this page. Allow them in its settings for this page.',
      impossible: 'This browser has no notifications here.',
    },
  },

  notification: {
    inChannel: (name: string, channel: string) => `${name} in ${channel}`,
  },

  keys: {
    title: 'Keys',
    everywhere: 'Everywhere',
    switcher: 'Go to a channel, person or document',
    nextUnread: 'Next channel with something new',
    these: 'These keys',
    back: 'One step back',
    writing: 'While writing',
    send: 'Send',
    newLine: 'New line',
    editLast: 'Edit your last message',
    mention: 'Name somebody',
    bold: 'Bold',
    italic: 'Italic',
    reading: 'On a message',
    move: 'Message before, message after',
    reply: 'Reply',
    edit: 'Edit your own',
    react: 'React',
    remove: 'Delete your own',
    latest: 'To the latest message',
  },

  start: {
    enter: 'Who is there?',
    go: 'Go on',
    title: 'Open a room',
    join: (room: string) => `Join ${room}`,
    name: 'Your name',
    nameHint: 'Everyone in the room sees it.',
    room: 'Room',
    roomHint: 'A new name makes a new room. Anyone who knows the address can read it.',
    open: 'Open room',
    recent: 'Rooms you opened on this device',
    elsewhere: 'Choose another room',
    nameMissing: 'Enter a name, so that others know who is writing.',
  },

  roomFault: {
    empty: 'Enter the name of a room.',
    long: 'This room name is too long. Use at most 248 bytes, about 80 to 240 characters.',
    characters: 'This room name contains characters that cannot be shown. Use letters, digits and punctuation.',
    dots: 'A room cannot be called “.” or “..”. Choose another name.',
  },

  rooms: { title: 'Rooms', open: 'Open a room', add: 'Open' },
  me: { you: 'you', change: 'Change', changeName: 'Change name', save: 'Save' },

  people: {
    title: 'Here now',
    toggle: (n: number) => `${n} here`,
    toggleUnknown: 'People',
    unknown: 'Who else is here is not known while you are not connected.',
    typing: 'typing',
    here: 'Here',
    away: 'Not here',
    others: 'Not here',
  },

  log: {
    label: (room: string) => `Messages in ${room}`,
    loading: 'Opening the channel',
    empty: 'No messages yet',
    emptyNext: 'Write the first one below. Whoever opens this address sees it.',
    emptyDirect: (name: string) => `Only ${name} and you are in this conversation.`,
    latest: 'Jump to latest',
    fresh: (n: number) => count(n, 'new message', 'new messages'),
    nameless: 'Someone',
    messageOf: (name: string, time: string) => `${name}, ${time}`,
    said: (name: string, text: string) => `${name}: ${text}`,
    unread: 'New',
    toUnread: 'To the first new message',
    today: 'Today',
    yesterday: 'Yesterday',
    newTab: 'opens in a new tab',
    cut: 'This message is too long to show in full.',
  },

  /** Where a message of one's own is. */
  fate: {
    waiting: 'Waiting to be sent',
    sent: 'On its way',
    saved: 'Saved on the server',
    refused: 'Refused by the server',
  },

  typing(names: readonly string[]): string {
    const [first, second] = names
    if (first === undefined) return ''
    if (second === undefined) return `${first} is typing`
    if (names.length === 2) return `${first} and ${second} are typing`
    return 'Several people are typing'
  },

  composer: {
    label: 'Message',
    placeholder: (room: string) => `Write to ${room}`,
    send: 'Send',
    tooLong: (over: number) =>
      `${count(over, 'character', 'characters')} too long. Shorten it, or send it in two parts.`,
    hint: 'Enter sends, Shift and Enter make a new line.',
  },

  banner: {
    connecting: 'Connecting.',
    reconnecting: 'Connection lost, trying again.',
    offline: 'You are offline.',
    slow: 'The server has not confirmed everything yet.',
    retry: 'Try again',
    merge: 'Bring mine into it',
    discard: 'Discard mine',
    waiting: (n: number) => `${count(n, 'message', 'messages')} waiting.`,
    notKeptOld: 'This browser cannot keep what you have of the old one: choose before you close this page.',
    channel: {
      closed: (reason: string) => closed('The server closed this room', reason),
      replaced: 'This room was replaced on the server since it was last open here.',
      kept: 'Everything you write is kept here and will be sent.',
      keptOnly: 'What you write is kept on this device until it can be sent.',
      keptOld: (n: number) =>
        n === 0
          ? 'What you have of the old one is kept here, and nothing is sent until you choose.'
          : `${count(n, 'message', 'messages')} of the old one ${n === 1 ? 'is' : 'are'} kept here, and nothing is sent until you choose.`,
      notKept: 'This browser cannot keep messages: leave this page open until nothing is waiting.',
    },
    document: {
      closed: (reason: string) => closed('The server closed this document', reason),
      replaced: 'This document was replaced on the server since it was last open here.',
      kept: 'What you change here is kept on this device and will be sent.',
      keptOnly: 'What you change here is kept on this device until it can be sent.',
      keptOld: () => 'What you have of the old one is kept here, and nothing is sent until you choose.',
      notKept: 'This browser cannot keep what you change here: leave this page open until it says “Saved”.',
    },
  },

  refused: {
    label: 'Refused by the server',
    messages: (n: number) => `The server refused ${count(n, 'message', 'messages')} of yours.`,
    other: 'The server refused a change that was made on this device.',
    kept: 'Nobody else has seen it, and it is kept here until you decide.',
    notKept: 'Nobody else has seen it, and this browser cannot keep it: decide before you close this page.',
    texts: 'What was refused',
    retry: 'Try again',
    copy: 'Copy',
    copied: 'Copied',
    selected: 'Selected',
    discard: 'Discard',
  },
}

export type Words = typeof en
