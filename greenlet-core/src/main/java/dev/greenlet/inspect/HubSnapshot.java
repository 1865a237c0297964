package dev.greenlet.inspect;

import dev.greenlet.Hub;

/**
 * A hub at one moment. Immutable; any thread may read it.
 *
 * @param name its name
 * @param state its state
 * @param live the number of unfinished greenlets of the hub
 * @param ready the number of those that were ready to run
 * @param switches the number of slices it had run
 * @param carriers the number of its threads; see {@link Hub#carriers}
 * @param lent the number of times that it had been lent; see {@link Hub#lent}
 * @param withoutExclusivity the number of times that code ran beside its greenlets; see {@link
 *     Hub#withoutExclusivity}
 */
public record HubSnapshot(
    String name,
    Hub.State state,
    int live,
    int ready,
    long switches,
    int carriers,
    long lent,
    long withoutExclusivity) {
  static HubSnapshot of(Hub hub) {
    return new HubSnapshot(
        hub.name(),
        hub.state(),
        hub.live(),
        hub.ready(),
        hub.switches(),
        hub.carriers(),
        hub.lent(),
        hub.withoutExclusivity());
  }
}
