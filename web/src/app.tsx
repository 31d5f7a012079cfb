import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Harbor } from '../../client/index.ts'
import type { Author } from '../chat/message.ts'
import { readRoomName, roomInPath } from '../chat/room-name.ts'
import { words } from '../words/words.ts'
import type { IdentityStore } from './identity.ts'
import { openRoom, type Room } from './room.ts'
import { RoomView } from './room-view.tsx'
import { usePath } from './route.ts'
import { StartView } from './start-view.tsx'

/** Chooses the view: a room when the address names one and it is known who is writing, otherwise the way in. */
export function App({ identity, harbor }: { identity: IdentityStore; harbor: Harbor }) {
  const typed = roomInPath(usePath())
  const person = useSyncExternalStore(identity.person.subscribe, identity.person.get)
  const room = typed === null ? null : readRoomName(typed)
  if (room === null) return <StartView identity={identity} />
  if (!room.ok) return <StartView identity={identity} fault={room.why} />
  if (person === null) return <StartView identity={identity} room={room.name} />
  return <OpenRoom key={room.name} name={room.name} person={person} identity={identity} harbor={harbor} />
}

interface OpenRoomProps {
  name: string
  person: Author
  identity: IdentityStore
  harbor: Harbor
}

function OpenRoom({ name, person, identity, harbor }: OpenRoomProps) {
  const [room, setRoom] = useState<Room | null>(null)
  const opened = useRef<Room | null>(null)

  // Layout effects run before the clean-up below: the next room is open when the last one closes, so that both have the
  // same connection. Without a room there is none.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new name of the person must not open the room again
  useLayoutEffect(() => {
    opened.current = openRoom(harbor, name, person)
    setRoom(opened.current)
    identity.opened(name)
  }, [name])
  useEffect(() => () => opened.current?.close(), [])

  useEffect(() => room?.setPerson(person), [room, person])
  useEffect(() => {
    document.title = `${name} · ${words.product}`
    return () => {
      document.title = words.product
    }
  }, [name])

  return room === null ? null : <RoomView room={room} person={person} identity={identity} />
}
