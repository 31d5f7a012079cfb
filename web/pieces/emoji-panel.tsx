import { type EmojiData, type EmojiPickerListComponents, EmojiPicker as Frimousse, type SkinTone } from 'frimousse'
import { useState } from 'react'
import { words } from './words.ts'

interface EmojiPanelProps {
  data: EmojiData
  choose(emoji: string): void
}

const skinToneKey = 'y-harbor.skin-tone'
const tones = ['none', 'light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const

const parts: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div className="emoji-category" {...props}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...props }) => (
    <div className="emoji-row" {...props}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button className="emoji" title={emoji.label} {...props}>
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
        autoFocus
      />
      <Frimousse.Viewport className="emoji-viewport" tabIndex={-1}>
        <Frimousse.Empty>
          {({ search }) => <p className="hint emoji-none">{words.emoji.none(search)}</p>}
        </Frimousse.Empty>
        <Frimousse.List className="emoji-list" components={parts} />
      </Frimousse.Viewport>
      <div className="emoji-footer">
        <Frimousse.ActiveEmoji>
          {({ emoji }) => (
            <span className="hint emoji-active">
              {emoji === undefined ? words.emoji.pick : `${emoji.emoji} ${emoji.label}`}
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
