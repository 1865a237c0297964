package dev.greenlet.spring.diagnostics;

import dev.greenlet.engine.EngineUnavailableException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells how to get the engine that was asked for, or another one. */
final class EngineUnavailableFailureAnalyzer
    extends AbstractFailureAnalyzer<EngineUnavailableException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, EngineUnavailableException cause) {
    return new FailureAnalysis(
        "Property 'greenlet.engine' is 'native', but that engine cannot be had. %s."
            .formatted(cause.getMessage()),
        "To get it, %s. Or set greenlet.engine=portable, which needs nothing, or auto, which takes"
                .formatted(cause.remedy())
            + " the native engine where it can be had.",
        cause);
  }
}
