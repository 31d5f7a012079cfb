import { DropdownMenu as Radix } from 'radix-ui'
import { type ReactElement, type ReactNode, useRef, useState } from 'react'

interface MenuProps {
  /** The button that opens it: an element that takes a ref. */
  trigger: ReactElement
  align?: 'start' | 'end'
  children: ReactNode
}

/** Choices behind a button, by pointer and by keyboard. */
export function Menu({ trigger, align = 'end', children }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  const [place, setPlace] = useState<HTMLElement | null>(null)
  // In the part of the page that its button is in, so that whoever goes from part to part meets it.
  const opening = (isOpen: boolean) => {
    if (isOpen) setPlace(button.current?.closest<HTMLElement>('[role="dialog"], main, aside, header') ?? null)
  }
  return (
    <Radix.Root modal={false} onOpenChange={opening}>
      <Radix.Trigger asChild ref={button}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface MenuItemProps {
  icon?: ReactNode
  /** What cannot be taken back stands out. */
  isDanger?: boolean
  disabled?: boolean
  choose(): void
  children: ReactNode
}

export function MenuItem({ icon, isDanger = false, disabled = false, choose, children }: MenuItemProps) {
  return (
    <Radix.Item className="menu-item" data-danger={isDanger || undefined} disabled={disabled} onSelect={choose}>
      {icon}
      {children}
    </Radix.Item>
  )
}

export const MenuLine = () => <Radix.Separator className="menu-line" />
