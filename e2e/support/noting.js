/*
 * Runs in the page: notes when a channel is open, and while somebody scrolls which messages are in the page, in which
 * order, and every frame. `scrolling.ts` says what the notes mean.
 */
window.noting = (() => {
  const messages = () =>
    [...document.querySelectorAll('.log [data-message]')].map(element => ({
      id: element.dataset.message,
      n: Number(element.dataset.message.slice(1)),
      element,
      top: element.getBoundingClientRect().top,
    }))

  let tellOpened
  const opened = new Promise(resolve => {
    tellOpened = resolve
  })
  /** The first moments, by the clock of the page, at which something can be written and the message is in view. */
  const watchFor = id => {
    let usableMs = null
    let lastMs = null
    const look = () => {
      const now = performance.now()
      if (document.querySelector('.composer textarea:enabled')) usableMs ??= now
      const last = document.querySelector(`[data-message="${id}"]`)?.getBoundingClientRect()
      const log = document.querySelector('.log')?.getBoundingClientRect()
      if (last && log && last.height > 0 && last.bottom <= log.bottom + 1) lastMs ??= now
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      if (usableMs === null || lastMs === null || !paint) requestAnimationFrame(look)
      else tellOpened({ usableMs, lastMs, paintMs: paint.startTime })
    }
    requestAnimationFrame(look)
  }

  let end = () => null
  const begin = isDown => {
    const log = document.querySelector('.log')
    const seen = new Set()
    const faults = []
    const look = () => {
      for (const [i, { n, top }] of messages().entries()) seen.add(n) && check(i, n, top)
    }
    let before = { n: 0, top: 0 }
    const check = (i, n, top) => {
      const isNext = i === 0 || (n === before.n + 1 && top > before.top)
      if (!isNext && faults.length < 20) faults.push(`${n} at ${top} follows ${before.n} at ${before.top}`)
      before = { n, top }
    }
    const changed = new MutationObserver(look)
    changed.observe(log, { childList: true, subtree: true })
    look()

    const frames = { count: 0, dropped: 0, longestMs: 0, wrongWayPx: 0 }
    let lastMs = performance.now()
    let eye = null
    const follow = () => {
      if (eye?.element.isConnected) {
        const moved = eye.element.getBoundingClientRect().top - eye.top
        frames.wrongWayPx = Math.max(frames.wrongWayPx, isDown ? moved : -moved)
      }
      const box = log.getBoundingClientRect()
      const middle = (box.top + box.bottom) / 2
      eye = messages().findLast(({ top }) => top < middle) ?? null
    }
    const afterFrame = new MessageChannel()
    afterFrame.port1.onmessage = follow
    const frame = ms => {
      const gap = ms - lastMs
      lastMs = ms
      frames.count++
      frames.dropped += Math.max(0, Math.round((gap * 60) / 1000) - 1)
      frames.longestMs = Math.max(frames.longestMs, gap)
      // What a frame shows is known after it: rows are measured and put right at its end.
      afterFrame.port2.postMessage(null)
      request = requestAnimationFrame(frame)
    }
    let request = requestAnimationFrame(frame)
    end = () => {
      changed.disconnect()
      cancelAnimationFrame(request)
      return { seen: [...seen].sort((a, b) => a - b), faults, ...frames }
    }
  }

  const nextFrame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))

  /** Goes near the top or the bottom of what is loaded, as a reader who stops there, and follows what they read. */
  const readNear = async edge => {
    const log = document.querySelector('.log')
    const near = 1_000
    const farther = 10 * near
    const behind = () => (edge === 'top' ? log.scrollTop : log.scrollHeight - log.scrollTop - log.clientHeight)
    log.scrollTop = edge === 'top' ? near : log.scrollHeight - log.clientHeight - near
    // What is to be read is put into the page and measured first.
    for (let i = 0; i < 2; i++) await nextFrame()
    const box = log.getBoundingClientRect()
    const { id, top } = messages().find(message => message.top > (box.top + box.bottom) / 2)
    const heldFrom = behind()
    let px = 0
    for (let calm = 0, frames = 0; calm < 10 && frames < 600; frames++) {
      await nextFrame()
      const now = messages().find(message => message.id === id)?.top ?? Number.POSITIVE_INFINITY
      px = Math.max(px, Math.abs(now - top))
      if (behind() > farther) calm++
    }
    return { id, px, came: behind() - heldFrom }
  }

  return { opened, watchFor, begin, end: () => end(), readNear }
})()
