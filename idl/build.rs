//! Generates the Rust types of every `.thrift` file named in `volo.yml`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    volo_build::ConfigBuilder::default().write()?;
    Ok(())
}
