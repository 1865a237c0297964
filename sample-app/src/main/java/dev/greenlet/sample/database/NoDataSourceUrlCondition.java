package dev.greenlet.sample.database;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Matches if {@code spring.datasource.url} is not set. */
final class NoDataSourceUrlCondition extends SpringBootCondition {
  private static final String PROPERTY = "spring.datasource.url";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    boolean named = StringUtils.hasText(context.getEnvironment().getProperty(PROPERTY));
    return new ConditionOutcome(
        !named,
        ConditionMessage.forCondition("Embedded PostgreSQL")
            .because(PROPERTY + (named ? " is set" : " is not set")));
  }
}
