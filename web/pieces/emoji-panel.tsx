import { type EmojiData, type EmojiPickerListComponents, EmojiPicker as Frimousse, type SkinTone } from 'frimousse'
import { useState } from 'react'
import { words } from './words.ts'

interface EmojiPanelProps {
  data: EmojiData
  choose(emoji: string): void
}

const skinToneKey = 'y-harbor.skin-tone'
const tones = ['none', 'light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const

/** Rows and columns are counted from one, other than the picker does. */
const parts: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div className="emoji-category" {...props}>
      {category.label}
    </div>
  ),
  Row: ({ children, 'aria-rowindex': row = 0, ...props }) => (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is in the props
    <div className="emoji-row" {...props} aria-rowindex={row + 1}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, 'aria-colindex': column = 0, ...props }) => (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is in the props
    <button className="emoji" title={emoji.label} {...props} aria-colindex={column + 1}>
      {emoji.emoji}
    </button>
  ),
}

/** All emoji by category, with a search. Loaded with the first picker that opens. */
export function EmojiPanel({ data, choose }: EmojiPanelProps) {
  const [firstTone] = useState(rememberedTone)
  return (
    <Frimousse.Root
      className="emoji-panel"
      columns={8}
      locale={data.locale}
      skinTone={firstTone}
      resolveEmojiData={() => data}
      onEmojiSelect={({ emoji }) => choose(emoji)}
    >
      <Frimousse.Search
        className="emoji-search"
        placeholder={words.emoji.search}
        aria-label={words.emoji.search}
        // On a touch screen the keyboard would cover what one came to choose from.
        autoFocus={window.matchMedia('(pointer: fine)').matches}
      />
      <Frimousse.Viewport className="emoji-viewport" tabIndex={0}>
        <Frimousse.Empty>
          {({ search }) => <p className="hint emoji-none">{words.emoji.none(search)}</p>}
        </Frimousse.Empty>
        <Frimousse.List className="emoji-list" components={parts} />
      </Frimousse.Viewport>
      <div className="emoji-footer">
        <Frimousse.ActiveEmoji>
          {({ emoji }) => (
            <span className="hint emoji-active">
              {emoji === undefined ? (
                words.emoji.pick
              ) : (
                <>
                  <span className="emoji-shown">{emoji.emoji}</span> {emoji.label}
                </>
              )}
            </span>
          )}
        </Frimousse.ActiveEmoji>
        <Frimousse.SkinTone emoji="✋">
          {({ skinTone, setSkinTone, skinToneVariations }) => {
            const next = tones[(tones.indexOf(skinTone) + 1) % tones.length] ?? 'none'
            const said = skinTone === 'none' ? '' : ` (${words.emoji.skinTones[skinTone]})`
            return (
              <button
                type="button"
                className="emoji"
                aria-label={words.emoji.skinTone + said}
                title={words.emoji.skinTone}
                onClick={() => {
                  setSkinTone(next)
                  remember(next)
                }}
              >
                {skinToneVariations.find(variation => variation.skinTone === skinTone)?.emoji}
              </button>
            )
          }}
        </Frimousse.SkinTone>
      </div>
    </Frimousse.Root>
  )
}

function rememberedTone(): SkinTone {
  try {
    return tones.find(tone => tone === window.localStorage.getItem(skinToneKey)) ?? 'none'
  } catch {
    return 'none'
  }
}

function remember(tone: SkinTone): void {
  try {
    window.localStorage.setItem(skinToneKey, tone)
  } catch {
    // A browser that remembers nothing asks again.
  }
}
