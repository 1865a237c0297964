/**
 * Synchronizers for greenlets and threads alike: events, promises, queues, channels, semaphores,
 * locks and barriers.
 *
 * <p><b>Any thread</b> in the documentation of this package means: a greenlet of any hub, lane or
 * runtime, or any other thread. Several of them may call at once. All synchronizers share these
 * properties:
 *
 * <ul>
 *   <li><b>Waiting.</b> A greenlet that waits gives up its lane; any other thread blocks. A call
 *       that does not have to wait is not a switch point: it neither gives up the hub nor notices a
 *       kill or an interrupt. Calls that never wait (set, offer, release…) never give up the hub,
 *       contended or not.
 *   <li><b>Fairness.</b> Waiters are served first in, first out. What is released goes to the
 *       longest-waiting caller, and no later caller can overtake it.
 *   <li><b>Cancellation.</b> It is decided atomically whether a wait is served or ends by timeout,
 *       interrupt ({@link InterruptedException}) or kill ({@link dev.greenlet.GreenletExit}). A
 *       caller whose wait ended so has received no item, permit or wake-up. A caller that was
 *       served keeps it, and the interrupt status or the kill stays pending until the next switch
 *       point. By the time a kill or the expiry of a deadline returns, this is decided, even if the
 *       waiting greenlet has not run since, and what became available by that has been granted to
 *       other waiters.
 *   <li><b>Time.</b> Timeouts of a greenlet are measured on the clock of its runtime, those of
 *       other threads on the clock of the machine. A timeout of zero or less does not wait.
 *   <li><b>Memory consistency.</b> Actions of a caller before it sets, completes, puts, sends,
 *       releases or unlocks happen before the actions of another caller that follow the wait,
 *       receipt or acquisition which that allows.
 * </ul>
 *
 * <p>Arguments and results are not {@code null} unless marked {@code @Nullable}. Names are shown in
 * the wait reasons of the waiters; an empty name stands for none.
 */
@NullMarked
package dev.greenlet.sync;

import org.jspecify.annotations.NullMarked;
