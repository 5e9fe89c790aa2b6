/** The widget: asks its host for the tool's result (MCP Apps, JSON-RPC over postMessage) and draws the dice. */
export const WIDGET = `<!doctype html>
<meta charset="utf-8">
<style>
  body { font: 16px system-ui, sans-serif; margin: 1rem; color-scheme: light dark }
  #dice { display: flex; flex-wrap: wrap; gap: .5rem }
  .die { min-width: 2.5rem; padding: .6rem; text-align: center; border: 2px solid; border-radius: .5rem; font-weight: 600 }
</style>
<div id="dice"></div>
<p id="total">Rolling …</p>
<script>
  const host = window.parent
  const send = (message) => host.postMessage({ jsonrpc: '2.0', ...message }, '*')
  const draw = ({ rolls, total }) => {
    document.getElementById('dice').replaceChildren(...rolls.map((roll) => {
      const die = document.createElement('span')
      die.className = 'die'
      die.textContent = roll
      return die
    }))
    document.getElementById('total').textContent = total + ' in total'
  }
  addEventListener('message', ({ source, data }) => {
    if (source !== host || data?.jsonrpc !== '2.0') return
    if (data.id === 1) send({ method: 'ui/notifications/initialized' })
    if (data.method === 'ui/notifications/tool-result') draw(data.params.structuredContent)
  })
  send({ id: 1, method: 'ui/initialize', params: { protocolVersion: '2026-01-26', appInfo: { name: 'dice', version: '1.0.0' }, appCapabilities: {} } })
</script>
`
