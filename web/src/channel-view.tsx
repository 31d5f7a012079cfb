import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { type Author, replyTo as quote } from '../chat/message.ts'
import { documentName } from '../chat/room-name.ts'
import type { Shown } from '../chat/shown.ts'
import { Composer, type Draft } from '../pieces/composer.tsx'
import { words } from '../words/words.ts'
import { Announcer } from './announcer.tsx'
import { Banner } from './banner.tsx'
import type { Channel } from './channel.ts'
import { ChannelHeader } from './channel-header.tsx'
import { Details } from './details.tsx'
import type { Device } from './device.ts'
import { draftKey } from './draft-key.ts'
import { EmptyLog } from './empty-log.tsx'
import type { IdentityStore } from './identity.ts'
import { Lines } from './lines.tsx'
import { LogView, type LogViewHandle } from './log-view.tsx'
import { type MessageActions, MessageRow } from './message-row.tsx'
import { Notices } from './notices.tsx'
import type { Outbox } from './outbox.ts'
import { TypingLine } from './people.tsx'
import { RefusedView } from './refused-view.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { useAttachments } from './use-attachments.ts'
import type { ChannelListing } from './use-channel-listing.ts'
import { useDetails } from './use-details.ts'
import { useReading } from './use-reading.ts'
import type { Workspace } from './workspace.ts'

interface ChannelViewProps {
  channel: Channel
  listing: ChannelListing
  workspace: Workspace
  outbox: Outbox
  person: Author
  identity: IdentityStore
  device: Device
}

/** One open channel: the conversation, where one writes, and who is here. */
export function ChannelView({ channel, listing, workspace, outbox, person, identity, device }: ChannelViewProps) {
  const content = useSyncExternalStore(channel.log.subscribe, channel.log.get)
  const newest = useNewest(channel)
  const connection = useSyncExternalStore(channel.connection.subscribe, channel.connection.get)
  const people = useSyncExternalStore(channel.people.subscribe, channel.people.get)
  const kept = useSyncExternalStore(channel.kept.subscribe, channel.kept.get)
  const { members } = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const [replyingTo, replyTo] = useState<Shown | null>(null)
  const [editing, edit] = useState<Shown | null>(null)
  const [removing, remove] = useState<Shown | null>(null)
  const [tab, show] = useDetails()
  const log = useRef<LogViewHandle>(null)
  const { firstUnread, reachedEnd } = useReading(channel, workspace, content)
  const attachments = useAttachments(device.uploads, documentName(channel.id, 0))
  const outgoing = outbox.of(channel.id)
  const waiting = useSyncExternalStore(outgoing.subscribe, outgoing.get)
  const isOnline = connection.kind === 'online'
  const mayWrite = !listing.isArchived

  const isLost = kept === false
  const hasRefused = content.refused.length > 0
  useEffect(() => {
    if (!isLost) return
    const ask = (event: BeforeUnloadEvent) => {
      if (hasRefused || channel.hasUnsaved) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isLost, hasRefused, channel])

  const send = ({ text, mentions }: Draft): boolean => {
    const original = replyingTo === null ? null : channel.now(replyingTo)
    const answered =
      original === null || original.isDeleted ? null : quote(original.message, original.text, original.page)
    const message = { text, mentions, replyTo: answered }
    // Its files come first, and where it goes has to be known; what is written stays where it is until then.
    const isWaiting = attachments.isBusy || channel.tail.page.get() === null
    if (isWaiting) outbox.put(channel.id, message)
    if (isWaiting || !channel.send({ ...message, attachments: attachments.ready })) return false
    device.storage.persist()
    attachments.sent()
    wasSent()
    return true
  }
  const wasSent = useCallback(() => {
    replyTo(null)
    log.current?.toLatest()
  }, [])
  const sentBefore = useRef(waiting.sent)
  useEffect(() => {
    if (waiting.sent === sentBefore.current) return
    sentBefore.current = waiting.sent
    device.storage.persist()
    wasSent()
  }, [waiting.sent, device, wasSent])

  const saveEdit = (shown: Shown, { text, mentions }: { text: string; mentions: readonly Author[] }): boolean => {
    // Nothing left of it is a wish to delete, which is asked for by its name.
    if (text.trim() === '') remove(shown)
    else if (text !== shown.text && !channel.edit(shown, text, mentions)) {
      keepTyped(shown)
      return false
    }
    edit(null)
    return true
  }
  useEffect(() => (editing === null ? undefined : channel.hold(editing)), [editing, channel])
  const deleted = useMemo(
    () => new Set(content.shown.flatMap(({ message, isDeleted }) => (isDeleted ? [message.id] : []))),
    [content.shown],
  )
  // What was deleted meanwhile, here or elsewhere, is neither changed nor answered. What was typed is a draft then.
  const typed = useRef('')
  const { storage } = identity
  const keepTyped = useCallback(
    (shown: Shown) => {
      if (typed.current.trim() !== '' && typed.current !== shown.text) {
        const draft = storage.getItem(draftKey(channel.id)) ?? ''
        storage.setItem(draftKey(channel.id), [draft, typed.current].filter(Boolean).join('\n'))
      }
      edit(null)
    },
    [channel, storage],
  )
  useEffect(() => {
    if (replyingTo !== null && deleted.has(replyingTo.message.id)) replyTo(null)
    if (editing !== null && deleted.has(editing.message.id)) keepTyped(editing)
  }, [deleted, editing, replyingTo, keepTyped])

  // The same object for as long as the channel is open, so that rows whose message did not change are left alone.
  const actions = useMemo<MessageActions>(
    () => ({
      reply: shown => {
        outbox.takeBack(channel.id)
        edit(null)
        replyTo(shown)
      },
      edit: shown => {
        replyTo(null)
        typed.current = shown.text
        edit(shown)
      },
      remove,
      react: (shown, emoji) => channel.react(shown, emoji),
      jump: (id, page) => {
        channel.log.showPage(page)
        log.current?.show(id)
        if (coversAll()) show(null)
      },
    }),
    [channel, outbox, show],
  )
  const editLast = useCallback(() => {
    const last = channel.log
      .get()
      .shown.findLast(({ message, isDeleted }) => message.author.id === person.id && !isDeleted)
    if (last !== undefined) actions.edit(last)
  }, [channel, person.id, actions])
  // The button that was pressed goes with its line; the focus may not go with it.
  const toLog = () => log.current?.focus()

  return (
    <>
      <main className="conversation" data-connection={connection.kind} data-details={tab ?? undefined}>
        <ChannelHeader
          listing={listing}
          workspace={workspace}
          peopleHere={isOnline ? people.length : null}
          tab={tab}
          show={show}
        />
        <Lines>
          <Notices device={device} />
          <Banner
            about="channel"
            connection={connection}
            waiting={content.unsaved.size}
            kept={kept}
            retry={() => channel.retry()}
            reconcile={choice => channel.reconcile(choice)}
            decided={toLog}
          />
          <RefusedView refused={content.refused} kept={kept} decided={toLog} />
        </Lines>
        <LogView
          ref={log}
          label={words.log.label(listing.name)}
          log={content.shown}
          newest={newest}
          self={person.id}
          firstUnread={firstUnread}
          hasEarlier={content.hasEarlier}
          hasLater={content.hasLater}
          loadEarlier={channel.log.loadEarlier}
          loadLater={channel.log.loadLater}
          showLatest={channel.log.showLatest}
          isLoading={content.isLoading}
          reachedEnd={reachedEnd}
          empty={<EmptyLog isLoading={kept === null} isKnown={isOnline && !content.isLoading} listing={listing} />}
        >
          {(shown, isFirst) => (
            <MessageRow
              shown={shown}
              isFirst={isFirst}
              fate={shown.message.author.id === person.id ? (content.unsaved.get(shown.message.id) ?? 'saved') : null}
              self={person.id}
              members={members}
              mayWrite={mayWrite}
              isEditing={shown.message.id === editing?.message.id}
              isQuoteDeleted={shown.message.replyTo !== null && deleted.has(shown.message.replyTo.id)}
              actions={actions}
            />
          )}
        </LogView>
        {waiting.message === null ? (
          <TypingLine people={people} self={person.id} />
        ) : (
          <p className="typing" data-armed role="status">
            {attachments.pending.length > 0 ? words.files.armed : words.channel.armed}
          </p>
        )}
        {listing.isArchived ? (
          <p className="archived-note">{words.channel.archivedNote}</p>
        ) : (
          <Composer
            label={words.composer.label}
            placeholder={words.composer.placeholder(listing.name)}
            draftKey={draftKey(channel.id)}
            storage={identity.storage}
            members={members}
            self={person.id}
            send={send}
            sentElsewhere={waiting.sent}
            typing={typing => channel.setTyping(typing)}
            changed={() => outbox.takeBack(channel.id)}
            onAttach={attachments.add}
            attachments={attachments.pending}
            leftOut={attachments.leftOut}
            onRemoveAttachment={attachments.remove}
            onRetryAttachment={attachments.retry}
            replyingTo={replyingTo === null ? null : { name: replyingTo.message.author.name, text: replyingTo.text }}
            onCancelReply={() => {
              outbox.takeBack(channel.id)
              replyTo(null)
            }}
            editing={
              editing === null
                ? null
                : {
                    id: editing.message.id,
                    text: editing.text,
                    mentions: editing.mentions,
                    keep: text => {
                      typed.current = text
                    },
                    save: draft => saveEdit(editing, draft),
                    cancel: () => edit(null),
                  }
            }
            onEditLast={editLast}
          />
        )}
        <Announcer log={content.shown} self={person.id} />
      </main>
      <Details
        tab={tab}
        close={() => {
          show(null)
          // What had the focus in it goes.
          toLog()
        }}
        channel={channel}
        listing={listing}
        workspace={workspace}
        people={people}
        members={members}
        self={person.id}
        isKnown={isOnline}
        jump={actions.jump}
        storage={identity.storage}
      />
      <RemoveDialog
        shown={removing}
        remove={shown => {
          channel.remove(shown)
          device.removals.add(shown.message.attachments.map(({ id }) => id))
        }}
        removed={toLog}
        close={() => remove(null)}
      />
    </>
  )
}

/** On a phone the details lie over the conversation. */
function coversAll(): boolean {
  return window.matchMedia('(max-width: 680px)').matches
}

function useNewest({ tail }: Channel): readonly Shown[] {
  const page = useSyncExternalStore(tail.page.subscribe, tail.page.get)
  const subscribe = useCallback((listener: () => void) => page?.subscribe(listener) ?? (() => undefined), [page])
  return useSyncExternalStore(subscribe, () => page?.get().shown ?? nothing)
}

const nothing: readonly Shown[] = []
