import type { Page } from './layout.ts'

export const signInAgainPage: Page = {
  title: 'Sign in once more',
  body: `<p>You signed in a while ago. To change how you sign in, show once more that it is you.</p>
    <p><a href="/sign-in/form?next=/account">Sign in</a></p>`,
}
