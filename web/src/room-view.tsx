import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { words } from '../words/words.ts'
import { Banner } from './banner.tsx'
import { Composer } from './composer.tsx'
import { ArrowBack } from './icons.tsx'
import type { IdentityStore } from './identity.ts'
import { Lines } from './lines.tsx'
import { Link } from './link.tsx'
import { LogView, type LogViewHandle } from './log-view.tsx'
import { PeopleDisclosure, PeoplePanel, TypingLine } from './people.tsx'
import { RefusedView } from './refused-view.tsx'
import type { Room } from './room.ts'
import { Sidebar } from './sidebar.tsx'

/** One open room: the rooms at the left, the conversation, who is here at the right. */
export function RoomView({ room, person, identity }: { room: Room; person: Author; identity: IdentityStore }) {
  const { entries, unsaved } = useSyncExternalStore(room.conversation.subscribe, room.conversation.get)
  const connection = useSyncExternalStore(room.connection.subscribe, room.connection.get)
  const people = useSyncExternalStore(room.people.subscribe, room.people.get)
  const kept = useSyncExternalStore(room.kept.subscribe, room.kept.get)
  const refused = useSyncExternalStore(room.refused.subscribe, room.refused.get)
  const isOnline = connection.kind === 'online'
  const log = useRef<LogViewHandle>(null)

  const wouldLose = kept === false && unsaved.size + refused.length > 0
  useEffect(() => {
    if (!wouldLose) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [wouldLose])

  const send = (text: string) => {
    const sent = room.send(text)
    if (sent) log.current?.toLatest()
    return sent
  }
  // The button that was pressed goes with its line; the focus may not go with it.
  const toLog = () => log.current?.focus()

  return (
    <div className="room" data-connection={connection.kind}>
      <Sidebar current={room.name} person={person} identity={identity} />
      <main className="conversation">
        <header className="room-header">
          <Link href="/" className="room-back" aria-label={words.rooms.title}>
            <ArrowBack />
          </Link>
          <h1 dir="auto">{room.name}</h1>
          <PeopleDisclosure people={people} self={person.id} isKnown={isOnline} />
        </header>
        <Lines>
          <Banner
            connection={connection}
            waiting={unsaved.size}
            kept={kept}
            retry={room.retry}
            reconcile={room.reconcile}
            decided={toLog}
          />
          <RefusedView refused={refused} kept={kept} decided={toLog} />
        </Lines>
        <LogView
          ref={log}
          room={room.name}
          entries={entries}
          unsaved={unsaved}
          self={person.id}
          loading={kept === null}
          hasHistory={isOnline}
        />
        <TypingLine people={people} self={person.id} />
        <Composer key={room.name} room={room.name} storage={identity.storage} send={send} typing={room.setTyping} />
      </main>
      <PeoplePanel people={people} self={person.id} isKnown={isOnline} />
    </div>
  )
}
