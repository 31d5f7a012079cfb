import { createContext, useContext, useSyncExternalStore } from 'react'
import type * as Y from 'yjs'
import type { Room } from '../../client/index.ts'
import type { Author } from '../chat/message.ts'
import type { BoardEditing } from './editing.ts'

/** What every part of a board needs; the same object while nothing of it changes. */
export interface BoardParts {
  readonly room: Room
  readonly editing: BoardEditing
  readonly person: Author
  readonly isReadOnly: boolean
  /** Shows the details of a card. */
  open(card: string): void
  /** Does something, and brings the focus to a card when it is on the screen: also when it is drawn anew elsewhere. */
  focusAfter(edit: () => void, card: string | null): void
}

export const BoardContext = createContext<BoardParts | null>(null)

export function useBoardParts(): BoardParts {
  const parts = useContext(BoardContext)
  if (parts === null) throw new Error('There is no board around this component.')
  return parts
}

/** The room's document; another one after the event `doc`. */
export function useDoc(room: Room): Y.Doc {
  return useSyncExternalStore(
    listener => {
      room.on('doc', listener)
      return () => room.off('doc', listener)
    },
    () => room.doc,
  )
}

export function useIsReadOnly(room: Room): boolean {
  return useSyncExternalStore(
    listener => {
      room.on('access', listener)
      return () => room.off('access', listener)
    },
    () => room.access === 'read',
  )
}

/** Whether what others have of the room is here, is on its way, or cannot come. */
export function useArrival(room: Room): 'here' | 'coming' | 'away' {
  return useSyncExternalStore(
    listener => {
      room.on('status', listener)
      return () => room.off('status', listener)
    },
    () => {
      const { kind } = room.status
      if (kind === 'connecting' || kind === 'syncing') return 'coming'
      return kind === 'offline' || kind === 'stopped' ? 'away' : 'here'
    },
  )
}
