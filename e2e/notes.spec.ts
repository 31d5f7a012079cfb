/** Several people write one note at once, also without a network: everybody ends with the same, and nothing is lost. */

import { fileURLToPath } from 'node:url'
import * as Y from 'yjs'
import { expectAccessible } from './support/accessible.ts'
import { losses } from './support/loss.ts'
import { Network } from './support/network.ts'
import { NotePage } from './support/note.ts'
import { writeIntoDocument } from './support/program.ts'
import { expect, test } from './support/test.ts'
import { Wire } from './support/wire.ts'

const picture = fileURLToPath(new URL('../web/public/icons/192.png', import.meta.url))

for (const [name, lose] of Object.entries(losses)) {
  test(`three write at once, one of them ${name}, and nothing is lost or doubled`, async ({ server, browserOf }) => {
    const network = await Network.before(server.port)
    const adas = await browserOf()
    const ada = await NotePage.make(adas, network.origin, 'Night watch', 'Ada')
    const lin = await NotePage.open(await browserOf(), server.origin + ada.path, 'Lin')
    const mo = await NotePage.open(await browserOf(), server.origin + ada.path, 'Mo')
    const all = [ada, lin, mo]
    await ada.text.click()
    await ada.type('Who takes the watch, and what to look at.')
    await ada.press('Enter')
    await ada.type('Tides: ')
    await expect(lin.paragraph('Tides:')).toBeVisible()
    await expect(mo.paragraph('Tides:')).toBeVisible()

    await Promise.all([lin.go('Who takes'), mo.go('Who takes', 'Home')])
    await expect(ada.carets).toHaveText(['Mo', 'Lin'])
    await expect(lin.carets).toHaveText(['Mo', 'Ada'])
    await Promise.all([ada.type('high at four'), lin.type(' Lin until two.'), mo.type('For tonight. ')])
    await Promise.all([lin.go('Tides'), mo.go('Tides')])
    // The editor's binding finds what was typed by comparing texts: where several write at one place, a letter may be
    // taken for the same letter of somebody else. These words have none in common.
    await Promise.all([ada.type('12121'), lin.type('34343'), mo.type('56565')])
    await sameFor(all)
    expect(await ada.content()).toContain('For tonight. Who takes the watch, and what to look at. Lin until two.')
    for (const note of all) await expect(note.saved).toHaveText('Saved')

    await ada.isKept()
    const restore = await lose(adas, network)
    await expect(ada.banner).toContainText(/You are offline|Connection lost/)
    await expect(ada.saved).toHaveText('Kept on this device')
    await ada.press('Control+End', 'Enter')
    await ada.type('Written offline.')
    await ada.page.reload()
    await ada.isOpen()
    await expect(ada.title).toHaveText('Night watch')
    await expect(ada.paragraph('Written offline.')).toBeVisible()
    await expect(ada.paragraph('high at four')).toBeVisible()
    await ada.go('Written offline.')
    await ada.type(' After a reload, too.')
    await ada.go('For tonight.', 'Home')
    await ada.type('Ada here. ')
    await expect(ada.saved).toHaveText('Kept on this device')

    await lin.go('For tonight.', 'Home')
    await lin.type('Lin here. ')
    await expect(lin.saved).toHaveText('Saved')
    await server.kill()
    await expect(mo.banner).toContainText('Connection lost, trying again.')
    await expect(mo.saved).toHaveText('Kept on this device')
    await mo.press('Control+End', 'Enter')
    await mo.type('While the server was down.')
    await server.start()
    await expect(mo.saved).toHaveText('Saved')
    await expect(lin.paragraph('While the server was down.')).toBeVisible()
    await expect(ada.paragraph('While the server was down.')).toHaveCount(0)

    await restore()
    await sameFor(all)
    for (const note of all) {
      await expect(note.saved).toHaveText('Saved')
      await expect(note.banner).toBeEmpty()
    }
    const text = await ada.content()
    const written = [
      'Written offline. After a reload, too.',
      'While the server was down.',
      'Ada here. ',
      'Lin here. ',
      'For tonight. Who takes the watch, and what to look at. Lin until two.',
      'Tides: high at four',
      '12121',
      '34343',
      '56565',
    ]
    for (const part of written) expect(text.split(part), part).toHaveLength(2)
    expect(text.replaceAll(/^p: /gm, '').length).toBe(written.join('').length + 3)
    await network.dispose()
  })
}

test('tasks, a table, a link and a picture are seen by the others, and written by them', async ({
  server,
  browserOf,
}) => {
  const ada = await NotePage.make(await browserOf(), server.origin, 'Night watch', 'Ada')
  const lin = await NotePage.open(await browserOf(), server.origin + ada.path, 'Lin')
  await ada.text.click()
  await ada.tool('Task list').click()
  await ada.type('Light the lamp')
  await ada.press('Enter')
  await ada.type('Write the log')
  await lin.text.getByRole('checkbox', { name: 'Done: Light the lamp' }).check()
  await expect(ada.text.getByRole('checkbox', { name: 'Done: Light the lamp' })).toBeChecked()
  await expect(ada.text.getByRole('checkbox', { name: 'Done: Write the log' })).not.toBeChecked()

  await ada.press('Enter', 'Enter')
  await ada.tool('Insert table').click()
  await ada.type('Who')
  await ada.press('Tab')
  await ada.type('Until')
  await lin.text.getByRole('columnheader', { name: 'Until' }).click()
  await lin.press('Tab', 'Tab')
  await lin.type('Lin')
  await lin.press('Tab')
  await lin.type('two o’clock')
  await expect(ada.text.getByRole('row')).toHaveCount(3)
  await expect(ada.text.getByRole('cell', { name: 'two o’clock' })).toBeVisible()

  await ada.writeBelow()
  await ada.type('See the ')
  await ada.tool('Link').click()
  await ada.dialog.getByRole('textbox', { name: 'Address' }).fill('javascript:alert(1)')
  await ada.dialog.getByRole('textbox', { name: 'Text' }).fill('tide table')
  await ada.dialog.getByRole('button', { name: 'Save' }).click()
  await expect(ada.dialog.getByRole('alert')).toContainText('This address cannot be used.')
  await ada.dialog.getByRole('textbox', { name: 'Address' }).fill('example.org/tides')
  await ada.dialog.getByRole('button', { name: 'Save' }).click()
  await expect(ada.dialog).toHaveCount(0)
  await ada.type(' of today.')
  const link = lin.paragraph('See the tide table of today.').getByRole('link', { name: 'tide table', exact: true })
  await expect(link).toHaveAttribute('href', 'https://example.org/tides')
  await expect(link).toHaveAttribute('rel', /noopener/)

  await ada.addPicture(picture)
  for (const note of [ada, lin]) await expect(note.picturesShown).toHaveCount(1)
  await expect(ada.saved).toHaveText('Saved')
  await sameFor([ada, lin])

  await lin.page.reload()
  await expect(lin.picturesShown).toHaveCount(1)
  await sameFor([ada, lin])
  await expect(lin.saved).toHaveText('Saved')
})

test('undo takes back one’s own only, down to the first step', async ({ server, browserOf }) => {
  const ada = await NotePage.make(await browserOf(), server.origin, 'Night watch', 'Ada')
  const lin = await NotePage.open(await browserOf(), server.origin + ada.path, 'Lin')
  await lin.text.click()
  await lin.type('Lin begins.')
  await ada.go('Lin begins.')
  await ada.type(' Ada goes on.')
  await lin.go('Lin begins.', 'Home')
  await lin.type('Once more: ')
  await ada.press('Control+End', 'Enter')
  await ada.tool('Bulleted list').click()
  await ada.type('Ada alone')
  const before = 'p: Once more: Lin begins. Ada goes on.\nul\n  li\n    p: Ada alone'
  for (const note of [ada, lin]) await expect.poll(() => note.content()).toBe(before)

  while ((await ada.tool('Undo').getAttribute('aria-disabled')) === 'false') await ada.press('Control+z')
  for (const note of [ada, lin]) await expect.poll(() => note.content()).toBe('p: Once more: Lin begins.')
  while ((await ada.tool('Redo').getAttribute('aria-disabled')) === 'false') await ada.press('Control+Shift+z')
  for (const note of [ada, lin]) await expect.poll(() => note.content()).toBe(before)
})

test('a note is called saved only when the server has it on disk', async ({ server, browserOf }) => {
  const context = await browserOf()
  const wire = await Wire.of(context)
  const ada = await NotePage.make(context, server.origin, 'Night watch', 'Ada')
  const lin = await NotePage.open(await browserOf(), server.origin + ada.path, 'Lin')
  await expect(ada.saved).toHaveText('Saved')
  wire.holdAcks()
  await ada.text.click()
  await ada.type('On its way')
  await expect(lin.paragraph('On its way')).toBeVisible()
  await expect(ada.saved).toHaveText('Saving…')
  await expect(ada.banner).toContainText('The server has not confirmed everything yet.')
  await expect(ada.saved).toHaveText('Saving…')
  wire.passAcks()
  await expect(ada.saved).toHaveText('Saved')
  await expect(ada.banner).toBeEmpty()
})

test('nothing that a stranger wrote runs, neither their name nor their text nor what a program put there', async ({
  server,
  browserOf,
}) => {
  const harm = '<img src=x onerror="window.harm = 1">'
  const eve = await NotePage.make(await browserOf(), server.origin, `${harm} plan`, `Eve ${harm}`)
  const ada = await NotePage.open(await browserOf(), server.origin + eve.path, 'Ada')
  await eve.text.click()
  await eve.type(`<script>window.harm = 1</script> ${harm}`)
  await expect(ada.paragraph(harm)).toBeVisible()
  await expect(ada.carets).toHaveText(`Eve ${harm}`)
  await expect(ada.title).toHaveText(`${harm} plan`)

  await writeIntoDocument(server.origin, eve.room, doc => {
    const linked = new Y.XmlText()
    linked.insert(0, 'press me', { link: { href: 'javascript:window.harm=1' } })
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [linked])
    const image = new Y.XmlElement('picture')
    image.setAttribute('file', '../api/x" onerror="window.harm=1')
    image.setAttribute('alt', harm)
    doc.getXmlFragment('body').insert(0, [paragraph, image])
  })
  for (const note of [eve, ada]) {
    // Before or after what Eve wrote: both are the first of the document, and their client ids decide.
    await note.paragraph('press me').click()
    await note.press('Control+Enter')
    await expect(note.text.getByRole('group')).toContainText('This picture cannot be shown.')
    await expect(note.text.locator('script, iframe, svg, figure img, [onerror], a[href]')).toHaveCount(0)
  }

  await writeIntoDocument(server.origin, eve.room, doc => {
    const script = new Y.XmlElement('script')
    script.insert(0, [new Y.XmlText('window.harm = 1')])
    const frame = new Y.XmlElement('iframe')
    frame.setAttribute('srcdoc', '<script>parent.harm = 1</script>')
    doc.getXmlFragment('body').insert(0, [script, frame])
  })
  for (const note of [eve, ada]) {
    await expect(note.page.locator('.note-read')).toContainText('it can only be read')
    await expect(note.paragraph(harm)).toBeVisible()
    await expect(note.text.locator('script, iframe')).toHaveCount(0)
    expect(await note.page.evaluate('window.harm')).toBeUndefined()
  }
})

test('a note passes the check in every state, and looks right', async ({ server, browserOf }) => {
  const adas = await browserOf()
  const ada = await NotePage.make(adas, server.origin, 'Night watch at the east quay', 'Ada')
  await expect(ada.text).toBeVisible()
  await expectAccessible(ada.page)
  await ada.pictures('note-empty')
  const lin = await NotePage.open(await browserOf(), server.origin + ada.path, '林')
  await ada.text.click()
  await ada.type('## Who takes the watch')
  await ada.press('Enter')
  await ada.type('The evening boat is late again, so the first watch begins at **half past six** and ends at two. ')
  await ada.type('The lamp is on the shelf; the log is https://example.org/log and is written every hour.')
  await ada.press('Enter')
  await ada.tool('Task list').click()
  await ada.type('Light the lamp')
  await ada.press('Enter')
  await ada.type('Write the tide into the log')
  await ada.press('Enter', 'Enter')
  await ada.tool('Insert table').click()
  for (const cell of ['Who', 'From', 'Until', 'Ada', '18:30', '22:00', '林', '22:00', '02:00']) {
    await ada.type(cell)
    if (cell !== '02:00') await ada.press('Tab')
  }
  await ada.writeBelow()
  await ada.type('> Red sky at night.')
  await ada.press('Enter', 'Enter')
  await ada.type('האור דולק כל הלילה')
  await ada.text.getByRole('checkbox', { name: 'Done: Light the lamp' }).check()
  await lin.paragraph('The evening boat').click()
  await lin.press('Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft')
  await expect(ada.carets).toHaveText('林')
  await expect(ada.saved).toHaveText('Saved')
  await ada.page.locator('.note-scroll').press('Control+Home')
  await expectAccessible(ada.page)
  await ada.pictures('note')
  await ada.page.setViewportSize({ width: 390, height: 780 })
  await expect
    .poll(async () => (await ada.text.boundingBox())?.width, 'a long title makes nothing wider than the phone')
    .toBeLessThanOrEqual(390)
  await ada.page.setViewportSize({ width: 1200, height: 760 })

  await lin.tool('Link').click()
  await expect(lin.dialog).toBeVisible()
  await lin.dialog.getByRole('textbox', { name: 'Address' }).fill('no address')
  await lin.dialog.getByRole('button', { name: 'Save' }).click()
  await expect(lin.dialog.getByRole('alert')).toBeVisible()
  await expectAccessible(lin.page)
  await lin.pictures('note-link')
  await lin.press('Escape')

  await ada.page.getByRole('button', { name: /^Kind of paragraph/ }).click()
  await expect(ada.page.getByRole('menuitem', { name: 'Heading 1' })).toBeVisible()
  await expectAccessible(ada.page)
  await ada.press('Escape')
  await ada.writeBelow()
  await ada.addPicture(picture)
  await expect(ada.picturesShown).toHaveCount(1)
  await ada.text.getByRole('group').click()
  await ada.press('Enter')
  await expect(ada.dialog.getByRole('textbox', { name: 'Description' })).toBeVisible()
  await expectAccessible(ada.page)
  await ada.pictures('note-describe')
  await ada.dialog.getByRole('textbox', { name: 'Description' }).fill('An anchor')
  await ada.dialog.getByRole('button', { name: 'Save' }).click()
  await expect(lin.text.getByRole('group', { name: 'An anchor' })).toBeVisible()
  await adas.setOffline(true)
  await expect(ada.banner).toContainText('You are offline.')
  await expect(ada.saved).toHaveText('Kept on this device')
  await expectAccessible(ada.page)
  await ada.pictures('note-offline')
})

/** Waits until everybody sees the same. */
async function sameFor(notes: readonly NotePage[]): Promise<void> {
  await expect
    .poll(async () => new Set(await Promise.all(notes.map(note => note.content()))).size, 'everybody sees the same')
    .toBe(1)
}
