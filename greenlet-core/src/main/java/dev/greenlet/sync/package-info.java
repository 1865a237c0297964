/**
 * What greenlets and threads wait at together: events, promises, queues, channels, semaphores,
 * locks, barriers.
 *
 * <p>All of them may be used from any thread, greenlet or not, and from several hubs, lanes and
 * runtimes at once, and all keep the same promises:
 *
 * <ul>
 *   <li><b>Who waits gives up its lane</b>; a thread that is no greenlet blocks. A call that does
 *       not have to wait is no switch point: it neither gives up the hub nor notices a kill or an
 *       interrupt. Calls that never wait (set, offer, release…) never give up the hub, contended or
 *       not.
 *   <li><b>First come, first served.</b> What is given is given to the one who waits longest;
 *       nobody who comes later can take it away.
 *   <li><b>Who leaves takes nothing along.</b> It is decided at once and for all whether a wait is
 *       served or ends by timeout, interrupt ({@link InterruptedException}) or kill ({@link
 *       dev.greenlet.GreenletExit}). Who left got no item, permit or wake-up. Who was served keeps
 *       it, and the interrupt status or the kill stays pending until the next switch point. A kill,
 *       or a deadline that expires, has decided that by the time it returns, whether its victim has
 *       run since or not, and has granted to others what they can have without it.
 *   <li><b>Time</b> is that of the greenlet's runtime, or the machine's for any other thread. A
 *       timeout of zero or less means: look, and do not wait.
 *   <li><b>What the giver did before</b> (set, complete, put, send, release, unlock) happens before
 *       what the receiver does after.
 * </ul>
 *
 * <p>The name that most constructors take is told by the wait reason of those who wait.
 */
@NullMarked
package dev.greenlet.sync;

import org.jspecify.annotations.NullMarked;
