import { type FormEvent, useId, useState, useSyncExternalStore } from 'react'
import { type Author, maxNameLength } from '../chat/message.ts'
import { type RoomNameFault, readRoomName, roomPath } from '../chat/room-name.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'
import type { IdentityStore } from './identity.ts'
import { Link } from './link.tsx'
import { go } from './route.ts'

/** The rooms of this device, a way to another one, and who is writing. */
export function Sidebar({ current, person, identity }: { current: string; person: Author; identity: IdentityStore }) {
  const rooms = useSyncExternalStore(identity.rooms.subscribe, identity.rooms.get)
  return (
    <header className="sidebar">
      <Link href="/" className="wordmark">
        {words.product}
      </Link>
      <nav aria-label={words.rooms.title}>
        <h2>{words.rooms.title}</h2>
        <ul>
          {rooms.map(name => (
            <li key={name}>
              <Link href={roomPath(name)} aria-current={name === current ? 'page' : undefined}>
                <bdi>{name}</bdi>
              </Link>
            </li>
          ))}
        </ul>
        <OpenAnother />
      </nav>
      <Me person={person} identity={identity} />
    </header>
  )
}

function OpenAnother() {
  const [fault, setFault] = useState<RoomNameFault | null>(null)
  const id = useId()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const room = readRoomName(String(new FormData(event.currentTarget).get('room')))
    setFault(room.ok ? null : room.why)
    if (room.ok) {
      event.currentTarget.reset()
      go(roomPath(room.name))
    }
  }
  return (
    <form className="open-another" onSubmit={submit} noValidate>
      <input
        name="room"
        dir="auto"
        aria-label={words.rooms.open}
        placeholder={words.rooms.open}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : id}
      />
      <button type="submit" className="button-plain">
        {words.rooms.add}
      </button>
      {fault !== null && (
        <p id={id} className="fault" role="alert">
          {words.roomFault[fault]}
        </p>
      )}
    </form>
  )
}

function Me({ person, identity }: { person: Author; identity: IdentityStore }) {
  const [editing, setEditing] = useState(false)
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (identity.rename(String(new FormData(event.currentTarget).get('name')))) setEditing(false)
  }
  if (!editing) {
    return (
      <div className="me">
        <Avatar person={person} />
        <bdi className="person-name">{person.name}</bdi>
        <button
          type="button"
          className="button-plain"
          aria-label={words.me.changeName}
          onClick={() => setEditing(true)}
        >
          {words.me.change}
        </button>
      </div>
    )
  }
  return (
    <form
      className="me"
      onSubmit={save}
      onKeyDown={event => {
        if (event.key === 'Escape') setEditing(false)
      }}
    >
      <input
        name="name"
        dir="auto"
        aria-label={words.start.name}
        defaultValue={person.name}
        maxLength={maxNameLength}
        autoComplete="nickname"
        ref={input => input?.focus()}
      />
      <button type="submit" className="button-plain">
        {words.me.save}
      </button>
    </form>
  )
}
