//! What set-up changes in the kernel's sources, and why.

/// A piece of source, and what takes its place wherever it stands in its file.
#[derive(Hash)]
pub struct Edit {
    /// The package that it is a part of.
    pub package: &'static str,
    /// The file in that package.
    pub file: &'static str,
    /// What stands there.
    pub from: &'static str,
    /// What is compiled.
    pub to: &'static str,
}

/// What set-up changes. Kernels built with other edits are other kernels.
pub const EDITS: &[Edit] = &[
    // Completion with two constants of different types in scope panicked ("failed to unify type owners"). The line is
    // rust-analyzer's own correction, its commit 7fbbd2039c30fa944ec534d6f54569015b36e939.
    Edit {
        package: "ra_ap_hir",
        file: "src/term_search.rs",
        from: "fn insert(&mut self, ty: Type<'db>, exprs: impl Iterator<Item = Expr<'db>>) {\n",
        to: "fn insert(&mut self, ty: Type<'db>, exprs: impl Iterator<Item = Expr<'db>>) {
        let ty = ty.instantiate_with_errors();\n",
    },
    // A panic elsewhere in rust-analyzer: later requests find the kernel as it was.
    core("context.lock().unwrap()", "context.lock().unwrap_or_else(std::sync::PoisonError::into_inner)"),
    // The completion that met it says so under the cell that ran last.
    core(
        "match handle_completion_request(context, message).await {
                    Ok(response_content) => response_content,
                    Err(error) => object! {
                        \"status\" => \"error\",
                        \"ename\" => error.to_string(),
                        \"evalue\" => \"\",
                    },
",
        "match handle_completion_request(context, message).await {
                    Ok(response_content) => response_content,
                    Err(error) => {
                        if error.is::<tokio::task::JoinError>() {
                            let sentence = \"completion failed here by a fault in rust-analyzer; cells run as before\";
                            self.pass_output_line(\"stderr\", sentence.to_owned()).await;
                        }
                        object! {
                            \"status\" => \"error\",
                            \"ename\" => error.to_string(),
                            \"evalue\" => \"\",
                        }
                    }
",
    ),
    // The cell that met it (rust-analyzer tells the types of its variables) fails with a sentence.
    core(
        "let server = self.clone();
            let (eval_result, message) = tokio::task::spawn_blocking(",
        "let server = self.clone();
            let asked = message.clone();
            let (eval_result, message) = tokio::task::spawn_blocking(",
    ),
    core(
        "(eval_result, message)
            })
            .await?;",
        "(eval_result, message)
            })
            .await
            .unwrap_or_else(|_| {
                let sentence = \"the kernel met a fault of its own in this cell, which did not run to its end; \\
                                write the types of its variables (`let name: Type = …`) and run it again\";
                (Err(evcxr::Error::from(sentence)), asked)
            });",
    ),
    // How a test meets such a fault: a source with these words panics where rust-analyzer would, if the variable is set.
    core(
        "/// Returns the byte offset for the start of the specified grapheme.",
        "fn fail_on_demand(code: &str) {
    if std::env::var_os(\"CONCURRENCY_LAB_FAULTS\").is_some() && code.contains(\"fault on demand\") {
        panic!(\"fault on demand\");
    }
}

/// Returns the byte offset for the start of the specified grapheme.",
    ),
    core(
        "let completions = context.lock().unwrap_or_else(std::sync::PoisonError::into_inner).completions(",
        "let mut context = context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        fail_on_demand(code);
        let completions = context.completions(",
    ),
    core(
        "let eval_result = context.lock().unwrap_or_else(std::sync::PoisonError::into_inner).execute_with_callbacks(",
        "let mut context = context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                evcxr::stop::begin(execution_count);
                fail_on_demand(message.code());
                let eval_result = context.execute_with_callbacks(",
    ),
    // A kernel that can execute no cell any more ends, so that Jupyter says so and starts another.
    core(
        "eprintln!(\"execution error: {error:?}\");",
        "eprintln!(\"execution error: {error:?}\");
                    std::process::exit(1);",
    ),
    // Who asked on the control channel, or by a heartbeat, may have gone before the answer (Jupyter asks every half second while a
    // kernel starts, on a connection of its own each time): the kernel lives on.
    core(
        ".send(&mut connection)
                        .await?",
        ".send(&mut connection)
                        .await
                        .unwrap_or_else(|error| eprintln!(\"nobody waited for an answer: {error}\"))",
    ),
    core(
        "Err(RecvError::Other(e)) => return Err(e),",
        "Err(RecvError::Other(_)) => {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                }",
    ),
    core(
        "connection
                .send(zeromq::ZmqMessage::from(b\"ping\".to_vec()))
                .await?;",
        "let _ = connection.send(zeromq::ZmqMessage::from(b\"ping\".to_vec())).await;",
    ),
    // Stop asks the cell, and ends it only if it does not listen; what is being compiled is not run.
    evcxr(
        "src/lib.rs",
        "pub use rust_analyzer::Completions;",
        concat!("pub use rust_analyzer::Completions;\n", include_str!("evcxr/stop.rs")),
    ),
    core(
        "if let Err(error) = process_handle.lock().unwrap().kill() {
                            eprintln!(\"Failed to restart subprocess: {error}\");
                        }",
        "evcxr::stop::ask(&process_handle);",
    ),
    core(
        "(eval_result, message)
            })",
        "evcxr::stop::end();
                (eval_result, message)
            })",
    ),
    evcxr(
        "src/eval_context.rs",
        "let mut output = EvalOutputs::new();
        // TODO: We should",
        "let mut output = EvalOutputs::new();
        if !crate::stop::may_run() {
            bail!(\"stopped\");
        }
        // TODO: We should",
    ),
    evcxr(
        "src/eval_context.rs",
        "error @ Err(Error::SubprocessTerminated(_)) => {
                    self.restart_child_process()?;
                    return error;
                }",
        "Err(Error::SubprocessTerminated(how)) => {
                    let variables = self.committed_state.variable_states.keys().map(String::as_str);
                    let lost = crate::stop::lost(&how, variables);
                    self.restart_child_process()?;
                    return Err(Error::SubprocessTerminated(lost));
                }
                Err(_) if crate::stop::came_first() => {
                    bail!(\"stopped by you before this cell ran; nothing of it was done\");
                }",
    ),
    evcxr(
        "src/child_process.rs",
        "{content}Subprocess terminated with status: {exit_status}",
        "{content}{exit_status}",
    ),
    // Each cell begins with a signal that is ignored unless somebody listens: it ends what a stop of the cell before meant.
    evcxr(
        "src/runtime.rs",
        "let shared_object = unsafe { libloading::Library::new(so_path) }?;",
        "unsafe { libc::raise(libc::SIGCONT) };
        let shared_object = unsafe { libloading::Library::new(so_path) }?;",
    ),
    // A cell that panics, or that a `?` ends early, fails, as in every other kernel. Variables of earlier cells are kept.
    evcxr(
        "src/eval_context.rs",
        "if got_panic {
            state",
        "if got_panic {
            crate::stop::breaks();
            state",
    ),
    evcxr(
        "src/eval_context.rs",
        "return. Any newly defined variables won't have been stored.",
        "return. Any newly defined variables won't have been stored.
                crate::stop::breaks();",
    ),
    evcxr(
        "src/eval_context.rs",
        "self.commit_state(state);

        phases",
        "for (name, variable) in &state.variable_states {
            if variable.move_state == VariableMoveState::New {
                crate::stop::defined(name);
            }
        }
        self.commit_state(state);
        if crate::stop::broke() {
            bail!(\"the cell ended early; the variables of earlier cells are kept\");
        }

        phases",
    ),
    // A variable that the last expression took away is no reason to show the expression's value in a lesser way.
    evcxr(
        "src/eval_context.rs",
        "CodeKind::WithFallback(fallback) => {",
        "CodeKind::WithFallback(_)
                    if error.code_origins.iter().any(|origin| matches!(origin, CodeKind::PackVariable { .. })) => {}
                CodeKind::WithFallback(fallback) => {",
    ),
    // A panic is told in a sentence; its frames are the kernel's, not the reader's.
    evcxr("src/child_process.rs", ".env(\"RUST_BACKTRACE\", \"1\")", ".env(\"RUST_BACKTRACE\", \"0\")"),
    // Documentation of what stands at the cursor, read in the whole cell: half of one has no meaning.
    evcxr(
        "src/command_context.rs",
        "let code_up_to_cursor = &src[..position];
        let (user_code, _code_info) = CodeBlock::from_original_user_code(src);
        let (_, mut state, _) = self.prepare_for_analysis(user_code)?;
        let (plain, markdown) = self.eval_context.hover(code_up_to_cursor, &mut state)?;",
        "let (user_code, code_info) = CodeBlock::from_original_user_code(src);
        let (code, state, _) = self.prepare_for_analysis(user_code)?;
        let (plain, markdown) = self.eval_context.hover_in(code, state, &code_info.nodes, position)?;",
    ),
    evcxr(
        "src/eval_context.rs",
        "pub fn hover(&mut self, code: &str, state: &mut ContextState) -> Result<(String, String)> {",
        "pub(crate) fn hover_in(
        &mut self,
        code: CodeBlock,
        mut state: ContextState,
        nodes: &[SyntaxNode],
        offset: usize,
    ) -> Result<(String, String)> {
        state.config.display_final_expression = false;
        state.config.expand_use_statements = false;
        let code = state.apply(code, nodes)?;
        let code = state.analysis_code(code);
        let at = (code.user_offset_to_output_offset(offset)? as u32).into();
        self.analyzer.set_source(code.code_string())?;
        let [plain, markdown] = [false, true].map(|markdown| {
            let found = self.analyzer.hover(TextRange::new(at, at), markdown).ok().flatten();
            found.map_or(\"No documentation found\".to_owned(), |found| found.info.markup.into())
        });
        Ok((plain, markdown))
    }

    pub fn hover(&mut self, code: &str, state: &mut ContextState) -> Result<(String, String)> {",
    ),
    // Completion inserts names alone (with parameters filled in, what it inserts does not compile), the likeliest first, and
    // leaves out what only the kernel itself needs.
    evcxr("src/rust_analyzer.rs", "snippet_cap: SnippetCap::new(true)", "snippet_cap: SnippetCap::new(false)"),
    evcxr(
        "src/rust_analyzer.rs",
        "for item in completion_items {",
        "let mut completion_items = completion_items;
            completion_items.sort_by_key(|item| std::cmp::Reverse(item.relevance.score()));
            for item in completion_items {",
    ),
    evcxr(
        "src/eval_context.rs",
        "c.code != \"evcxr_variable_store\"",
        "![\"evcxr_variable_store\", \"concurrency_lab_loaded\", \"self::\", \"crate::\"].contains(&c.code.as_str())",
    ),
];

const fn core(from: &'static str, to: &'static str) -> Edit {
    Edit { package: "evcxr_jupyter", file: "src/core.rs", from, to }
}

const fn evcxr(file: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { package: "evcxr", file, from, to }
}
