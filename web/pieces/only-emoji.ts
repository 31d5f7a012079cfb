import { lazily } from '../words/lazily.ts'

const characters = lazily(() => new Intl.Segmenter())
const emoji = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}{2}|[#*\d]\ufe0f?\u20e3/u
const most = 3
/** The longest emoji, a family or a flag of tags, is shorter. */
const maxUnits = 16

/** One to three emoji and nothing else: there is room to see them. */
export function isOnlyEmoji(text: string): boolean {
  const told = text.trim()
  if (told.length > most * maxUnits || !emoji.test(told)) return false
  const seen = [...characters().segment(told)].map(({ segment }) => segment).filter(segment => segment.trim() !== '')
  return seen.length <= most && seen.every(segment => emoji.test(segment))
}
