package dev.greenlet.spring.diagnostics;

import dev.greenlet.spring.web.route.InvalidGreenletException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Describes an annotation that is not valid, and its remedy. */
final class InvalidGreenletFailureAnalyzer
    extends AbstractFailureAnalyzer<InvalidGreenletException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, InvalidGreenletException cause) {
    return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
  }
}
