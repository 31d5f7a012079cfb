import { useState } from 'react'
import { More, Smile } from '../src/icons.tsx'
import { locale } from '../words/language.ts'
import { lazily } from '../words/lazily.ts'
import { EmojiPicker, quickReactions } from './emoji-picker.tsx'
import { SmilePlus } from './icons.tsx'
import { Popover } from './popover.tsx'
import { words } from './words.ts'

export interface Reaction {
  readonly emoji: string
  /** Their ids, the first to react first. */
  readonly people: readonly string[]
}

interface ReactionsViewProps {
  reactions: readonly Reaction[]
  self: string
  nameOf(id: string): string
  toggle(emoji: string): void
  canReact: boolean
}

const and = lazily(() => new Intl.ListFormat(locale, { type: 'conjunction' }))
const numbers = lazily(() => new Intl.NumberFormat(locale))
/** More people than this are counted. */
const maxNamed = 6

/** Who answered with what. One press joins them, or takes one's own back. */
export function ReactionsView({ reactions, self, nameOf, toggle, canReact }: ReactionsViewProps) {
  const shown = reactions.filter(({ people }) => people.length > 0)
  if (shown.length === 0) return null
  return (
    <div className="reactions">
      {shown.map(({ emoji, people }) => {
        const told = words.reactions.reacted(namesOf(people, self, nameOf), emoji)
        return (
          <button
            type="button"
            key={emoji}
            className="reaction"
            aria-pressed={people.includes(self)}
            aria-label={told}
            title={told}
            disabled={!canReact}
            onClick={() => toggle(emoji)}
          >
            <span className="emoji-shown">{emoji}</span>
            <span className="reaction-count">{numbers().format(people.length)}</span>
          </button>
        )
      })}
      {canReact && <ReactionAdd className="reaction" choose={toggle} />}
    </div>
  )
}

interface ReactionAddProps {
  className?: string
  choose(emoji: string): void
}

/** The common answers, and behind the dots all others. */
export function ReactionAdd({ className = 'button-icon', choose }: ReactionAddProps) {
  const isIcon = className === 'button-icon'
  return (
    <Popover
      label={words.reactions.add}
      trigger={
        <button type="button" className={className} aria-label={words.reactions.add} title={words.reactions.add}>
          {isIcon ? <Smile /> : <SmilePlus />}
        </button>
      }
    >
      {close => (
        <Choice
          close={close}
          choose={emoji => {
            close()
            choose(emoji)
          }}
        />
      )}
    </Popover>
  )
}

function Choice({ choose, close }: { choose(emoji: string): void; close(): void }) {
  const [isAll, setIsAll] = useState(false)
  if (isAll) return <EmojiPicker choose={choose} close={close} />
  return (
    <div className="reaction-choice">
      {quickReactions.map(emoji => (
        <button
          type="button"
          key={emoji}
          className="emoji"
          aria-label={words.reactions.with(emoji)}
          onClick={() => choose(emoji)}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        className="button-icon"
        aria-label={words.reactions.more}
        title={words.reactions.more}
        onClick={() => setIsAll(true)}
      >
        <More />
      </button>
    </div>
  )
}

/** Oneself first, then the others in the order in which they reacted. */
export function namesOf(people: readonly string[], self: string, nameOf: (id: string) => string): string {
  const others = people.filter(id => id !== self).map(id => nameOf(id) || words.nameless)
  const names = people.includes(self) ? [words.reactions.you, ...others] : others
  if (names.length <= maxNamed) return and().format(names)
  const rest = names.length - maxNamed + 1
  return and().format([...names.slice(0, maxNamed - 1), words.reactions.others(rest)])
}
