/** Every word the page shows, in one place, so that another language is another file. */

const plural = new Intl.PluralRules('en')

function count(n: number, one: string, other: string): string {
  return `${n} ${plural.select(n) === 'one' ? one : other}`
}

export const words = {
  language: 'en',
  product: 'y-harbor',
  promise: 'A chat that keeps working when the network does not.',

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
    waiting: 'Waiting to be sent',
    nameless: 'Someone',
    continued: (name: string, time: string) => `${name}, ${time}:`,
    today: 'Today',
    yesterday: 'Yesterday',
    newTab: 'opens in a new tab',
    cut: 'This message is too long to show in full.',
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
    retry: 'Try again',
    waiting: (n: number) => `${count(n, 'message', 'messages')} waiting.`,
    kept: 'Everything you write is kept here and will be sent.',
    keptOnly: 'What you write is kept on this device until it can be sent.',
    notKept: 'This browser cannot keep messages: leave this page open until nothing is waiting.',
  },
} as const

export type Words = typeof words
