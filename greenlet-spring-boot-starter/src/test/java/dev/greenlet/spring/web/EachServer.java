package dev.greenlet.spring.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs a class once for each {@link Host}, in a field with {@code @Parameter}. All tests on one
 * host share an instance, so that they can share an application, which is started in a
 * {@code @BeforeParameterizedClassInvocation} and closed in an
 * {@code @AfterParameterizedClassInvocation}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "on {0}")
@EnumSource(Host.class)
@TestInstance(Lifecycle.PER_CLASS)
public @interface EachServer {}
