import { type FormEvent, useState, useSyncExternalStore } from 'react'
import { maxNameLength } from '../chat/message.ts'
import { type RoomNameFault, readRoomName, roomPath } from '../chat/room-name.ts'
import { words } from '../words/words.ts'
import { Field } from './field.tsx'
import type { IdentityStore } from './identity.ts'
import { Link } from './link.tsx'
import { go } from './route.ts'

interface StartViewProps {
  identity: IdentityStore
  /** The channel that the address names. */
  room?: string
  /** Why what the address names can be no channel. */
  fault?: RoomNameFault
  /** The address leads somewhere by itself, once it is known who is there. */
  isOnTheWay?: boolean
}

/** The way in: who is writing, and in which channel. */
export function StartView({ identity, room, fault, isOnTheWay = false }: StartViewProps) {
  const rooms = useSyncExternalStore(identity.rooms.subscribe, identity.rooms.get)
  const person = useSyncExternalStore(identity.person.subscribe, identity.person.get)
  const [nameFault, setNameFault] = useState<string | null>(null)
  const [roomFault, setRoomFault] = useState<RoomNameFault | null>(fault ?? null)

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (isOnTheWay) {
      setNameFault(identity.rename(String(form.get('name'))) ? null : words.start.nameMissing)
      return
    }
    const chosen = readRoomName(room ?? String(form.get('room')))
    setRoomFault(chosen.ok ? null : chosen.why)
    if (!chosen.ok) return
    const named = identity.rename(String(form.get('name')))
    setNameFault(named ? null : words.start.nameMissing)
    if (named) go(roomPath(chosen.name))
  }

  return (
    <main className="start">
      <header className="start-brand">
        <span className="wordmark">{words.product}</span>
        <p>{words.promise}</p>
      </header>
      <form className="start-form" onSubmit={submit} noValidate>
        <h1>
          {isOnTheWay ? (
            words.start.enter
          ) : room === undefined ? (
            words.start.title
          ) : (
            <bdi>{words.start.join(room)}</bdi>
          )}
        </h1>
        <Field
          label={words.start.name}
          name="name"
          hint={words.start.nameHint}
          fault={nameFault}
          value={person?.name ?? ''}
          maxLength={maxNameLength}
          autoComplete="nickname"
          spellCheck={false}
        />
        {room === undefined && !isOnTheWay && (
          <Field
            label={words.start.room}
            name="room"
            hint={words.start.roomHint}
            fault={roomFault === null ? null : words.roomFault[roomFault]}
            value=""
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <button type="submit" className="button-main">
          {isOnTheWay ? words.start.go : words.start.open}
        </button>
        {room !== undefined && (
          <Link href="/" className="start-other">
            {words.start.elsewhere}
          </Link>
        )}
      </form>
      {room === undefined && person !== null && rooms.length > 0 && (
        <nav className="start-recent" aria-labelledby="recent">
          <h2 id="recent">{words.start.recent}</h2>
          <ul>
            {rooms.map(name => (
              <li key={name}>
                <Link href={roomPath(name)}>
                  <bdi>{name}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </main>
  )
}
