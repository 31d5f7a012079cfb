import { useEffect, useRef } from 'react'
import type { Room } from '../../client/index.ts'
import { useSetPresence } from '../../client/react/index.ts'
import type { Author } from '../chat/message.ts'

/** Tells the others at which card one looks. Nothing is told before there is one. */
export function useLooking(room: Room, person: Author, card: string | null): void {
  const setPresence = useSetPresence(room)
  const hasTold = useRef(false)
  useEffect(() => {
    if (card === null && !hasTold.current) return
    hasTold.current = true
    setPresence({ person: { id: person.id, name: person.name }, card })
  }, [setPresence, person, card])
  useEffect(
    () => () => {
      if (hasTold.current) setPresence({ card: null })
    },
    [setPresence],
  )
}
