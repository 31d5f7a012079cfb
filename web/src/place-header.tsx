import type { ReactNode } from 'react'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { words } from '../words/words.ts'
import { copyText } from './copy.ts'
import { ArrowBack, Box, Copy, More, Pencil } from './icons.tsx'
import { Link } from './link.tsx'

/** What can be changed of a channel or a document for everybody. */
export interface PlaceChanges {
  /** How changing its name is called. */
  readonly label: string
  readonly change: () => void
  readonly isArchived: boolean
  readonly archive: () => void
  readonly restore: () => void
}

interface PlaceHeaderProps {
  title: string
  /** In small letters below the title. */
  below: ReactNode
  path: string
  menuLabel: string
  /** Null for whom there is nothing to change. */
  changes: PlaceChanges | null
  /** What else the menu has. */
  items?: ReactNode
  /** Between title and menu. */
  children: ReactNode
}

/** What this is, a channel or a document, and what can be done with it as a whole. */
export function PlaceHeader({ title, below, path, menuLabel, changes, items, children }: PlaceHeaderProps) {
  return (
    <header className="place-header">
      <Link href="/" className="place-back" aria-label={words.rooms.title}>
        <ArrowBack />
      </Link>
      <div className="place-title">
        <h1 dir="auto">{title}</h1>
        {below}
      </div>
      {children}
      <Menu
        trigger={
          <button type="button" className="button-icon" aria-label={menuLabel} title={menuLabel}>
            <More />
          </button>
        }
      >
        {changes !== null && (
          <MenuItem icon={<Pencil />} choose={changes.change}>
            {changes.label}
          </MenuItem>
        )}
        {items}
        <MenuItem icon={<Copy />} choose={() => void copyText(new URL(path, window.location.href).href)}>
          {words.channel.copyLink}
        </MenuItem>
        {changes !== null && (
          <>
            <MenuLine />
            <MenuItem icon={<Box />} choose={changes.isArchived ? changes.restore : changes.archive}>
              {changes.isArchived ? words.channel.restore : words.channel.archive}
            </MenuItem>
          </>
        )}
      </Menu>
    </header>
  )
}
