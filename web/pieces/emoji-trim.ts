import type { Emoji } from 'emojibase'
import type { Plugin } from 'vite'

/** Later ones are empty boxes on systems of a few years ago. */
const maxVersion = 15
/** Parts that emoji are made of. */
const components = 2

/**
 * Of the data that emojibase has about each emoji, what the picker needs: a quarter. As modules of their own they are
 * loaded with the first picker, from where the page is.
 */
export function emojiTrim(): Plugin {
  return {
    name: 'emoji-trim',
    enforce: 'pre',
    transform: {
      filter: { id: /emojibase-data\/\w+\/data\.json$/ },
      handler(code) {
        const all: readonly Emoji[] = JSON.parse(code)
        return { code: JSON.stringify(trimmed(all)), map: null }
      },
    },
  }
}

export function trimmed(all: readonly Emoji[]) {
  return all
    .filter(({ group, version }) => group !== undefined && group !== components && version <= maxVersion)
    .map(({ emoji, group, label, tags, version, skins }) => {
      const tones = skins?.map(({ emoji, tone }) => ({ emoji, tone })).filter(({ tone }) => typeof tone === 'number')
      return { emoji, group, label, tags, version, skins: tones }
    })
}
