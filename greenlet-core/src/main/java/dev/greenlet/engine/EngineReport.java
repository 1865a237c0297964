package dev.greenlet.engine;

/**
 * The engine that runs, and why it was chosen. Immutable.
 *
 * @param name {@code native} or {@code portable}
 * @param reason why the engine was chosen, in half a sentence
 * @param fallback whether another engine would have been preferred; {@code reason} then says what
 *     it takes
 * @param everyWaitSwitches whether every blocking wait of the JDK gives up the lane, those in a
 *     system call excepted; if not, only the described ones do: greenlet primitives and switch
 *     points
 */
public record EngineReport(
    String name, String reason, boolean fallback, boolean everyWaitSwitches) {}
