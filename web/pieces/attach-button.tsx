import { useRef } from 'react'
import { Clip } from '../src/icons.tsx'
import { words } from './words.ts'

/** Opens the system's own choice of files. */
export function AttachButton({ attach }: { attach(files: readonly File[]): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        className="button-icon"
        aria-label={words.composer.attach}
        title={words.composer.attach}
        onClick={() => input.current?.click()}
      >
        <Clip />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          const files = [...(target.files ?? [])]
          // So that the same file can be chosen again after it was removed.
          target.value = ''
          if (files.length > 0) attach(files)
        }}
      />
    </>
  )
}
