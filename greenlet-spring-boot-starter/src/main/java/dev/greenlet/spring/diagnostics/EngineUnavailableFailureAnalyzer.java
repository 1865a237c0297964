package dev.greenlet.spring.diagnostics;

import dev.greenlet.engine.EngineUnavailableException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Describes why the requested engine is not available, and how to get it or another one. */
final class EngineUnavailableFailureAnalyzer
    extends AbstractFailureAnalyzer<EngineUnavailableException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, EngineUnavailableException cause) {
    return new FailureAnalysis(
        "Property 'greenlet.engine' is 'native', but the native engine is not available. %s."
            .formatted(cause.getMessage()),
        "To get it, %s. Or set greenlet.engine=portable, which needs nothing, or auto, which selects"
                .formatted(cause.remedy())
            + " the native engine where it is available.",
        cause);
  }
}
