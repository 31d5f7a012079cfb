import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { isWaiting } from '../chat/receipts.ts'
import { words } from '../words.ts'
import { Banner } from './banner.tsx'
import { Composer } from './composer.tsx'
import { ArrowBack } from './icons.tsx'
import type { IdentityStore } from './identity.ts'
import { Link } from './link.tsx'
import { LogView, type LogViewHandle } from './log-view.tsx'
import { PeopleDisclosure, PeoplePanel, TypingLine } from './people.tsx'
import type { Room } from './room.ts'
import { Sidebar } from './sidebar.tsx'

/** One open room: the rooms at the left, the conversation, who is here at the right. */
export function RoomView({ room, person, identity }: { room: Room; person: Author; identity: IdentityStore }) {
  const entries = useSyncExternalStore(room.log.subscribe, room.log.get)
  const held = useSyncExternalStore(room.held.subscribe, room.held.get)
  const connection = useSyncExternalStore(room.connection.subscribe, room.connection.get)
  const people = useSyncExternalStore(room.people.subscribe, room.people.get)
  const kept = useSyncExternalStore(room.kept.subscribe, room.kept.get)
  const waiting = useMemo(() => entries.filter(entry => isWaiting(entry, held)).length, [entries, held])
  const log = useRef<LogViewHandle>(null)

  const wouldLose = kept === false && waiting > 0
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

  return (
    <div className="room" data-connection={connection.kind}>
      <Sidebar current={room.name} person={person} identity={identity} />
      <main className="conversation">
        <header className="room-header">
          <Link href="/" className="room-back" aria-label={words.rooms.title}>
            <ArrowBack />
          </Link>
          <h1 dir="auto">{room.name}</h1>
          <PeopleDisclosure people={people} self={person.id} connection={connection} />
        </header>
        <Banner connection={connection} waiting={waiting} kept={kept} retry={room.retry} />
        <LogView
          ref={log}
          room={room.name}
          entries={entries}
          held={held}
          self={person.id}
          loading={kept === null}
          hasHistory={connection.kind === 'online'}
        />
        <TypingLine people={people} self={person.id} />
        <Composer key={room.name} room={room.name} storage={identity.storage} send={send} typing={room.setTyping} />
      </main>
      <PeoplePanel people={people} self={person.id} connection={connection} />
    </div>
  )
}
