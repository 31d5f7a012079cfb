import { type KeyboardEvent, lazy, memo, type ReactNode, Suspense, useState } from 'react'
import type { Fate } from '../../client/index.ts'
import type { Author } from '../chat/message.ts'
import type { Shown } from '../chat/shown.ts'
import { AttachmentsView } from '../pieces/attachments.tsx'
import { MessageText } from '../pieces/markdown.tsx'
import { plainText } from '../pieces/plain-text.ts'
import { ReactionAdd, ReactionsView } from '../pieces/reactions.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'
import { copyText } from './copy.ts'
import { Bin, Clock, Copy, More, Pencil, Problem, Reply, Tick, Ticks } from './icons.tsx'
import { personNamed } from './people-names.ts'
import { clockTime, fullTime } from './times.ts'
import { loadFile } from './use-attachments.ts'

const HistoryDialog = lazy(() => import('./history-dialog.tsx'))

export interface MessageActions {
  reply(shown: Shown): void
  edit(shown: Shown): void
  /** Asks first. */
  remove(shown: Shown): void
  react(shown: Shown, emoji: string): void
  /** Goes to a message, wherever it is. */
  jump(id: string, page: number): void
}

interface MessageRowProps {
  shown: Shown
  /** Its author and time stand over it. */
  isFirst: boolean
  /** Where it is; null of what others wrote, which nobody sees before it is saved. */
  fate: Fate | null
  self: string
  members: readonly Author[]
  mayWrite: boolean
  isEditing: boolean
  /** What it answers is known to be deleted. */
  isQuoteDeleted: boolean
  actions: MessageActions
}

/** One message, what people did with it, and what one can do. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { shown, isFirst, fate, self, members, mayWrite, isEditing, isQuoteDeleted, actions } = props
  const { id, author, at, replyTo, attachments } = shown.message
  const [isHistoryOpen, setHistoryOpen] = useState(false)
  // The tools are most of what a row costs, and whoever points at it or has the focus in it sees them: they come then.
  const [isMet, setMet] = useState(false)
  const meet = () => setMet(true)
  const whole = isMet ? fullTime(at) : undefined
  const isOwn = author.id === self
  const mayAct = mayWrite && !shown.isDeleted && fate !== 'refused'
  const name = author.name || words.log.nameless

  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault()
      moveFocus(event.currentTarget, event.key === 'ArrowUp' ? -1 : 1)
      return
    }
    if (event.key === 'Escape') {
      event.preventDefault()
      event.currentTarget.closest<HTMLElement>('.log')?.focus()
      return
    }
    if (!mayAct || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'r') actions.reply(shown)
    else if (event.key === 'e' && isOwn) actions.edit(shown)
    else if (event.key === 'Delete' && isOwn) actions.remove(shown)
    else if (event.key === '+') event.currentTarget.querySelector<HTMLElement>('.message-tools button')?.click()
    else return
    event.preventDefault()
  }

  return (
    <article
      className="message"
      data-message={id}
      data-first={isFirst || undefined}
      data-editing={isEditing || undefined}
      aria-label={words.log.messageOf(name, clockTime(at))}
      tabIndex={-1}
      onKeyDown={press}
      onPointerEnter={meet}
      onFocus={meet}
    >
      {isFirst ? (
        <>
          <Avatar person={author} />
          <div className="message-header">
            <bdi className="author">{name}</bdi>
            <time dateTime={new Date(at).toISOString()} title={whole}>
              {clockTime(at)}
            </time>
          </div>
        </>
      ) : (
        <time className="message-time" dateTime={new Date(at).toISOString()} title={whole} aria-hidden="true">
          {clockTime(at)}
        </time>
      )}
      {replyTo !== null && (
        <button type="button" className="message-quote" onClick={() => actions.jump(replyTo.id, replyTo.page)}>
          <Reply />
          <span className="hidden">{words.message.inReplyTo}</span>
          <bdi className="message-quote-author">{replyTo.author || words.log.nameless}</bdi>
          <span className="message-quote-text" dir="auto">
            {isQuoteDeleted ? words.message.deleted : plainText(replyTo.text)}
          </span>
        </button>
      )}
      <div className="message-body">
        {shown.isDeleted ? (
          <p className="message-deleted">{words.message.deleted}</p>
        ) : (
          <>
            {shown.text !== '' && (
              <MessageText text={shown.text} mentions={shown.mentions} self={self} members={members} />
            )}
            {shown.isEdited && (
              <button type="button" className="message-edited" onClick={() => setHistoryOpen(true)}>
                {words.message.edited}
              </button>
            )}
            {attachments.length > 0 && <AttachmentsView attachments={attachments} load={loadFile} />}
            {shown.reactions.length > 0 && (
              <ReactionsView
                reactions={shown.reactions}
                self={self}
                nameOf={person => personNamed(person, members).name}
                toggle={emoji => actions.react(shown, emoji)}
                canReact={mayAct}
              />
            )}
          </>
        )}
      </div>
      <span className="message-state">{fate !== null && <Mark fate={fate} />}</span>
      {mayAct && isMet && <MessageTools shown={shown} isOwn={isOwn} actions={actions} />}
      {isHistoryOpen && (
        <Suspense>
          <HistoryDialog shown={shown} close={() => setHistoryOpen(false)} />
        </Suspense>
      )}
    </article>
  )
})

interface MessageToolsProps {
  shown: Shown
  isOwn: boolean
  actions: MessageActions
}

function MessageTools({ shown, isOwn, actions }: MessageToolsProps) {
  return (
    <div className="message-tools" role="toolbar" aria-label={words.message.tools}>
      <ReactionAdd choose={emoji => actions.react(shown, emoji)} />
      <button
        type="button"
        className="button-icon"
        aria-label={words.message.reply}
        title={words.message.reply}
        onClick={() => actions.reply(shown)}
      >
        <Reply />
      </button>
      <Menu
        trigger={
          <button type="button" className="button-icon" aria-label={words.ui.more} title={words.ui.more}>
            <More />
          </button>
        }
      >
        {isOwn && (
          <MenuItem icon={<Pencil />} choose={() => actions.edit(shown)}>
            {words.message.edit}
          </MenuItem>
        )}
        <MenuItem icon={<Copy />} choose={() => void copyText(shown.text)}>
          {words.message.copy}
        </MenuItem>
        {isOwn && (
          <>
            <MenuLine />
            <MenuItem icon={<Bin />} isDanger choose={() => actions.remove(shown)}>
              {words.message.remove}
            </MenuItem>
          </>
        )}
      </Menu>
    </div>
  )
}

/** To the message before or after, in the order they stand in the log. */
function moveFocus(from: HTMLElement, by: 1 | -1): void {
  const all = [...(from.closest('.log')?.querySelectorAll<HTMLElement>('[data-message]') ?? [])]
  const next = all[all.indexOf(from) + by]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

const drawings: Record<Fate, () => ReactNode> = { waiting: Clock, sent: Tick, saved: Ticks, refused: Problem }

function Mark({ fate }: { fate: Fate }) {
  const Drawing = drawings[fate]
  return (
    <span className="mark" data-fate={fate} role="img" aria-label={words.fate[fate]} title={words.fate[fate]}>
      <Drawing />
    </span>
  )
}
