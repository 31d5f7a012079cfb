/** Every word the page shows in English. Other languages have the same shape. */

const plural = new Intl.PluralRules('en')

function count(n: number, one: string, other: string): string {
  return `${n} ${plural.select(n) === 'one' ? one : other}`
}

export const en = {
  language: 'en',
  product: 'y-harbor',
  promise: 'A chat that keeps working when the network does not.',

  ui: { close: 'Close', cancel: 'Cancel', more: 'More' },

  start: {
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
  },

  log: {
    label: (room: string) => `Messages in ${room}`,
    earlier: (n: number) => `Show ${count(n, 'earlier message', 'earlier messages')}`,
    loading: 'Opening the room',
    empty: 'No messages yet',
    emptyNext: 'Write the first one below. Whoever opens this address sees it.',
    latest: 'Jump to latest',
    fresh: (n: number) => count(n, 'new message', 'new messages'),
    nameless: 'Someone',
    continued: (name: string, time: string) => `${name}, ${time}:`,
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
    closed: (reason: string) =>
      reason === '' ? 'The server closed this room.' : `The server closed this room: ${reason.replace(/[.\s]+$/, '')}.`,
    replaced: 'This room was replaced on the server since it was last open here.',
    retry: 'Try again',
    merge: 'Bring mine into it',
    discard: 'Discard mine',
    waiting: (n: number) => `${count(n, 'message', 'messages')} waiting.`,
    kept: 'Everything you write is kept here and will be sent.',
    keptOnly: 'What you write is kept on this device until it can be sent.',
    keptOld: (n: number) =>
      n === 0
        ? 'What you have of the old one is kept here, and nothing is sent until you choose.'
        : `${count(n, 'message', 'messages')} of the old one ${n === 1 ? 'is' : 'are'} kept here, and nothing is sent until you choose.`,
    notKept: 'This browser cannot keep messages: leave this page open until nothing is waiting.',
    notKeptOld: 'This browser cannot keep what you have of the old one: choose before you close this page.',
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
