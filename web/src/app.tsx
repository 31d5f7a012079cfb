import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { readRoomName, roomInPath } from '../chat/room-name.ts'
import { words } from '../words.ts'
import type { IdentityStore } from './identity.ts'
import { openRoom, type Room } from './room.ts'
import { RoomView } from './room-view.tsx'
import { usePath } from './route.ts'
import { StartView } from './start-view.tsx'

/** Chooses the view: a room when the address names one and it is known who is writing, otherwise the way in. */
export function App({ identity }: { identity: IdentityStore }) {
  const typed = roomInPath(usePath())
  const person = useSyncExternalStore(identity.person.subscribe, identity.person.get)
  const room = typed === null ? null : readRoomName(typed)
  if (room === null) return <StartView identity={identity} />
  if (!room.ok) return <StartView identity={identity} fault={room.why} />
  if (person === null) return <StartView identity={identity} room={room.name} />
  return <OpenRoom key={room.name} name={room.name} person={person} identity={identity} />
}

function OpenRoom({ name, person, identity }: { name: string; person: Author; identity: IdentityStore }) {
  const [room, setRoom] = useState<Room | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new name of the person must not open the room again
  useEffect(() => {
    const opened = openRoom(name, person)
    setRoom(opened)
    identity.opened(name)
    return () => opened.close()
  }, [name])

  useEffect(() => room?.setPerson(person), [room, person])
  useEffect(() => {
    document.title = `${name} · ${words.product}`
    return () => {
      document.title = words.product
    }
  }, [name])

  return room === null ? null : <RoomView room={room} person={person} identity={identity} />
}
