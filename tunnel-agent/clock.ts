/**
 * The wall clock. Only it shows that the computer slept: the monotonic one of Linux stands still meanwhile. The control
 * plane's clock cannot be used here, because this package is installed alone.
 */
export const nowMs = (): number => Date.now()
