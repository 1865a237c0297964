package dev.greenlet.spring.diagnostics;

import dev.greenlet.GreenletRuntime;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Describes several beans of the runtime. Ordered before Boot's analyzer of ambiguous beans. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SeveralRuntimesFailureAnalyzer
    extends AbstractFailureAnalyzer<NoUniqueBeanDefinitionException> {

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable rootFailure, NoUniqueBeanDefinitionException cause) {
    if (!GreenletRuntime.class.equals(cause.getBeanType())) {
      return null;
    }
    Collection<String> names = Objects.requireNonNullElse(cause.getBeanNamesFound(), List.of());
    return new FailureAnalysis(
        "Requests, JDBC and the endpoint need one GreenletRuntime, but there are %d: the beans '%s'."
            .formatted(names.size(), String.join("', '", names)),
        "Remove all but one of them, or mark one with @Primary.",
        cause);
  }
}
