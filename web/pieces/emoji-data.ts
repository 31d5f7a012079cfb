import type { Emoji } from 'emojibase'
import type { EmojiData } from 'frimousse'
import type { Language } from '../words/language.ts'
import { piecesIn } from './words.ts'

const tones = { light: 1, 'medium-light': 2, medium: 3, 'medium-dark': 4, dark: 5 } as const

/** Every emoji with its names in the language, as the picker reads them. */
export async function emojiData(language: Language): Promise<EmojiData> {
  const { default: emojis } = await (language === 'zh'
    ? import('emojibase-data/zh/data.json')
    : import('emojibase-data/en/data.json'))
  const { categories, skinTones } = piecesIn[language].emoji
  return {
    locale: language,
    emojis: emojis.flatMap(emoji => {
      const { group, label, tags = [], version, skins } = emoji
      if (group === undefined || !(group in categories)) return []
      const entry = { emoji: emoji.emoji, category: group, label, version, tags }
      return [skins === undefined ? entry : { ...entry, skins: inTones(emoji, skins) }]
    }),
    categories: Object.entries(categories).map(([index, label]) => ({ index: Number(index), label })),
    skinTones,
  }
}

function inTones({ emoji }: Emoji, skins: readonly Emoji[]) {
  const inTone = (wanted: number) => skins.find(({ tone }) => tone === wanted)?.emoji ?? emoji
  return {
    light: inTone(tones.light),
    'medium-light': inTone(tones['medium-light']),
    medium: inTone(tones.medium),
    'medium-dark': inTone(tones['medium-dark']),
    dark: inTone(tones.dark),
  }
}
