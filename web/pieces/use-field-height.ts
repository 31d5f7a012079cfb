import { type RefObject, useLayoutEffect } from 'react'

const sizesItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content')

/** Where the browser does not do it: a field as high as its text. */
export function useFieldHeight(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current
    if (element === null || sizesItself) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [field, text])
}
