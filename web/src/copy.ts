/**
 * Puts a text on the clipboard. Where the browser does not let a page do that, as on plain http in a local network, the
 * words in `element` are selected instead, and copied the old way. False when the reader has to do the last step.
 */
export async function copyOf(text: string, element: Element | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    if (element !== null) window.getSelection()?.selectAllChildren(element)
    return document.execCommand('copy')
  }
}

/** The same for a text that stands nowhere to be selected. */
export async function copyText(text: string): Promise<void> {
  const area = document.createElement('textarea')
  area.className = 'hidden'
  area.value = text
  document.body.append(area)
  await copyOf(text, area)
  area.select()
  area.remove()
}
