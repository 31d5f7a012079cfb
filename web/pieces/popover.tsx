import { Popover as Radix } from 'radix-ui'
import { type ReactElement, type ReactNode, useState } from 'react'

interface PopoverProps {
  /** The button that opens it: an element that takes a ref. */
  trigger: ReactElement
  label: string
  side?: 'top' | 'bottom'
  /** Where the focus goes when something was chosen; else to the button. */
  focusAfter?: () => void
  children(close: () => void): ReactNode
}

/** Something small beside the button that opens it. Escape and a press elsewhere close it. */
export function Popover({ trigger, label, side = 'top', focusAfter, children }: PopoverProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Radix.Root open={isOpen} onOpenChange={setIsOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="popover"
          aria-label={label}
          side={side}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={event => {
            if (focusAfter === undefined) return
            event.preventDefault()
            focusAfter()
          }}
        >
          {children(() => setIsOpen(false))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
