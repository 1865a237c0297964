package dev.greenlet.engine;

/**
 * Which engine runs, and why.
 *
 * @param name {@code native} or {@code portable}
 * @param reason why it was chosen, in half a sentence
 * @param fallback whether another engine would have been preferred; {@code reason} then says what
 *     it takes
 */
public record EngineReport(String name, String reason, boolean fallback) {}
