import { type ClipboardEvent, type DragEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { maxAttachments } from '../chat/attachment.ts'
import { maxTextLength, tidyText } from '../chat/message.ts'
import { ArrowUp, Pencil, Reply, Smile, Tick } from '../src/icons.tsx'
import { AttachButton } from './attach-button.tsx'
import type { Draft } from './composer.tsx'
import { ComposerBar } from './composer-bar.tsx'
import { EmojiPicker } from './emoji-picker.tsx'
import { meantIn } from './mention-choice.ts'
import { MentionList, optionId } from './mention-list.tsx'
import { type PendingAttachment, PendingAttachments } from './pending-attachments.tsx'
import { plainText } from './plain-text.ts'
import { Popover } from './popover.tsx'
import { replaceText, toggleMark } from './text-field.ts'
import type { Mention } from './text-marks.ts'
import { useFieldHeight } from './use-field-height.ts'
import { useMentionChoice } from './use-mention-choice.ts'
import { words } from './words.ts'

export interface FieldProps {
  /** The name of the field for those who do not see it. */
  label: string
  placeholder: string
  members: readonly Mention[]
  self: string
  /** Takes files that were chosen, pasted or dropped; null where none can be sent. */
  onAttach: ((files: readonly File[]) => void) | null
  attachments: readonly PendingAttachment[]
  /** How many files were too many for one message. */
  leftOut: number
  onRemoveAttachment(key: string): void
  onRetryAttachment(key: string): void
  /** What the next message answers. */
  replyingTo: { readonly name: string; readonly text: string } | null
  onCancelReply(): void
  /** Counts the drafts that were sent without this field, once their files were there: what is in it was said. */
  sentElsewhere: number
  /** Arrow up in an empty field. */
  onEditLast(): void

  isEdit: boolean
  first: Draft
  cancelEdit(): void
  /** Keeps what is written so far. */
  keep(text: string): void
  typing(typing: boolean): void
  /** Its author wrote or took away something. */
  changed(): void
  submit(draft: Draft): boolean
}

const marks: Readonly<Record<string, string>> = { b: '**', i: '*' }

/** The field with all that belongs to it. */
export function ComposerField(props: FieldProps) {
  const { isEdit, first, attachments, onAttach, replyingTo, members } = props
  const [text, setText] = useState(first.text)
  const [isOver, setIsOver] = useState(false)
  const chosen = useRef<readonly Mention[]>(first.mentions)
  const field = useRef<HTMLTextAreaElement>(null)
  const hint = useId()
  const list = useId()
  const mention = useMentionChoice(field, text, members, props.self, person => {
    chosen.current = [person, ...chosen.current]
  })
  const isOpen = mention.people.length > 0
  const over = text.length - maxTextLength
  const isReady = over <= 0 && (tidyText(text) !== '' || attachments.some(({ state }) => state !== 'refused'))
  useFieldHeight(field, text)

  // On a touch screen this would push a keyboard over the messages one came to read, unless one asked to write.
  useEffect(() => {
    const box = field.current
    if (box === null || !(isEdit || window.matchMedia('(pointer: fine)').matches)) return
    box.focus()
    box.setSelectionRange(box.value.length, box.value.length)
  }, [isEdit])
  useEffect(() => {
    if (replyingTo !== null) field.current?.focus()
  }, [replyingTo])

  const emptiedFor = useRef(props.sentElsewhere)
  useEffect(() => {
    if (emptiedFor.current === props.sentElsewhere) return
    emptiedFor.current = props.sentElsewhere
    chosen.current = []
    setText('')
  }, [props.sentElsewhere])

  const take = (value: string) => {
    setText(value)
    props.keep(value)
  }
  const submit = () => {
    field.current?.focus()
    if (!isReady || !props.submit({ text, mentions: meantIn(text, chosen.current, members) }) || isEdit) return
    chosen.current = []
    take('')
  }
  /** Escape goes one step back. */
  const back = () => {
    if (isEdit) props.cancelEdit()
    else if (replyingTo !== null) props.onCancelReply()
    else return false
    return true
  }
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method is composing, Enter chooses a candidate. Safari ends the composition first and says 229.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (isForField(event)) event.preventDefault()
  }
  const isForField = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const { key, shiftKey, altKey, currentTarget } = event
    const isCommand = event.ctrlKey || event.metaKey
    if (!isCommand && !shiftKey && !altKey && mention.press(event)) return true
    const mark = isCommand && !shiftKey && !altKey ? marks[key.toLowerCase()] : undefined
    if (mark !== undefined) toggleMark(currentTarget, mark)
    else if (key === 'Enter' && !shiftKey) submit()
    else if (key === 'Escape') return back()
    else if (key === 'ArrowUp' && text === '' && !isEdit && !isCommand && !shiftKey && !altKey) props.onEditLast()
    else return false
    return true
  }
  const paste = (event: ClipboardEvent) => {
    // A spreadsheet gives a picture of its cells beside their text, which is what is meant here.
    const files = [...event.clipboardData.files]
    if (onAttach === null || files.length === 0 || event.clipboardData.types.includes('text/plain')) return
    event.preventDefault()
    onAttach(files)
  }
  const dragOver = (event: DragEvent) => {
    if (onAttach === null || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setIsOver(true)
  }
  const drop = (event: DragEvent) => {
    setIsOver(false)
    const files = [...event.dataTransfer.files]
    if (onAttach === null || files.length === 0) return
    event.preventDefault()
    onAttach(files)
    field.current?.focus()
  }
  const insert = (emoji: string) => {
    const box = field.current
    if (box !== null) replaceText(box, box.selectionStart, box.selectionEnd, emoji)
  }

  return (
    <form
      className="composer"
      data-over={isOver || undefined}
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
      onDragOver={dragOver}
      onDragLeave={event => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
          setIsOver(false)
      }}
      onDrop={drop}
    >
      <div className="composer-box">
        {isEdit && (
          <ComposerBar
            icon={<Pencil />}
            title={words.composer.editing}
            text={null}
            cancelLabel={words.composer.cancelEdit}
            cancel={props.cancelEdit}
          />
        )}
        {replyingTo !== null && (
          <ComposerBar
            icon={<Reply />}
            title={words.composer.replyingTo(replyingTo.name || words.nameless)}
            text={plainText(replyingTo.text)}
            cancelLabel={words.composer.cancelReply}
            cancel={props.onCancelReply}
          />
        )}
        <PendingAttachments
          attachments={attachments}
          remove={props.onRemoveAttachment}
          retry={props.onRetryAttachment}
        />
        {props.leftOut > 0 && (
          <p className="composer-left-out fault" role="alert">
            {words.composer.leftOut(maxAttachments, props.leftOut)}
          </p>
        )}
        <div className="composer-row">
          {onAttach !== null && <AttachButton attach={onAttach} />}
          <textarea
            ref={field}
            rows={1}
            dir="auto"
            aria-label={props.label}
            aria-describedby={hint}
            aria-invalid={over > 0}
            {...(isOpen && {
              role: 'combobox',
              'aria-expanded': true,
              'aria-controls': list,
              'aria-autocomplete': 'list',
              'aria-activedescendant': optionId(list, mention.active),
            })}
            placeholder={props.placeholder}
            enterKeyHint={isEdit ? 'done' : 'send'}
            value={text}
            onChange={({ target }) => {
              take(target.value)
              props.changed()
              props.typing(target.value.trim() !== '')
            }}
            onSelect={({ currentTarget }) => {
              const { selectionStart, selectionEnd } = currentTarget
              mention.moved(selectionStart === selectionEnd ? selectionStart : null)
            }}
            onKeyDown={press}
            onPaste={paste}
            onBlur={() => {
              mention.moved(null)
              props.typing(false)
            }}
          />
          <Popover
            label={words.emoji.title}
            focusAfter={() => field.current?.focus()}
            trigger={
              <button
                type="button"
                className="button-icon"
                aria-label={words.composer.addEmoji}
                title={words.composer.addEmoji}
              >
                <Smile />
              </button>
            }
          >
            {close => (
              <EmojiPicker
                close={close}
                choose={emoji => {
                  close()
                  insert(emoji)
                }}
              />
            )}
          </Popover>
          <button
            type="submit"
            className="composer-send"
            aria-label={isEdit ? words.composer.save : words.composer.send}
            disabled={!isReady}
          >
            {isEdit ? <Tick /> : <ArrowUp />}
          </button>
        </div>
        {isOpen && <MentionList id={list} {...mention} />}
        {isOver && (
          <p className="composer-drop" aria-hidden="true">
            {words.composer.drop}
          </p>
        )}
      </div>
      <p id={hint} className={over > 0 ? 'fault' : 'hidden'} role={over > 0 ? 'alert' : undefined}>
        {over > 0 ? words.composer.tooLong(over) : isEdit ? words.composer.editHint : words.composer.hint}
      </p>
    </form>
  )
}
